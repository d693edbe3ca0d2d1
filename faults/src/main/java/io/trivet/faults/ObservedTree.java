package io.trivet.faults;

import io.trivet.client.TrivetClient;
import io.trivet.model.FileRecord;
import io.trivet.model.NameEntry;
import io.trivet.model.RemotePath;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** What the cluster lists in a directory, including the directory itself. */
record ObservedTree(SortedSet<RemotePath> directories, SortedMap<RemotePath, FileRecord> files) {
    static ObservedTree of(TrivetClient client, RemotePath directory) {
        ObservedTree found = new ObservedTree(new TreeSet<>(), new TreeMap<>());
        found.add(client, directory);
        return found;
    }

    private void add(TrivetClient client, RemotePath directory) {
        directories.add(directory);
        for (NameEntry nameEntry : client.list(directory)) {
            RemotePath path = directory.resolve(nameEntry.name());
            switch (nameEntry) {
                case NameEntry.File file -> files.put(path, file.record());
                case NameEntry.Link _ -> throw new IllegalStateException(path + ": no worker makes links");
                case NameEntry.Directory _ -> add(client, path);
            }
        }
    }

    boolean agreesWith(ExpectedTree expectedTree) {
        return differences(expectedTree).isEmpty();
    }

    /** One line for each name that is missing, unexpected, or has another content. */
    List<String> differences(ExpectedTree expectedTree) {
        List<String> lines = new ArrayList<>();
        expectedTree.directories().stream()
                .filter(path -> !directories.contains(path))
                .forEach(path -> lines.add(path + ": the directory is missing"));
        directories.stream()
                .filter(path -> !expectedTree.directories().contains(path))
                .forEach(path -> lines.add(path + ": no such directory should be there"));
        expectedTree.files().forEach((path, content) -> {
            FileRecord record = files.get(path);
            if (record == null) {
                lines.add(path + ": the file is missing, " + content);
            } else if (!content.isSaidBy(record)) {
                lines.add(path + ": should hold " + content + ", has " + record);
            }
        });
        files.forEach((path, record) -> {
            if (!expectedTree.files().containsKey(path)) {
                lines.add(path + ": no such file should be there: " + record);
            }
        });
        return lines;
    }
}
