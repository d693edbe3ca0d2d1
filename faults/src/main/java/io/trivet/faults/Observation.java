package io.trivet.faults;

import io.trivet.client.TrivetClient;
import io.trivet.model.Entry;
import io.trivet.model.FileRecord;
import io.trivet.model.RemotePath;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** What the cluster says is under a directory, that directory included. */
record Observation(SortedSet<RemotePath> directories, SortedMap<RemotePath, FileRecord> files) {
    static Observation of(TrivetClient client, RemotePath directory) {
        Observation found = new Observation(new TreeSet<>(), new TreeMap<>());
        found.add(client, directory);
        return found;
    }

    private void add(TrivetClient client, RemotePath directory) {
        directories.add(directory);
        for (Entry entry : client.list(directory)) {
            RemotePath path = directory.resolve(entry.name());
            switch (entry) {
                case Entry.File file -> files.put(path, file.record());
                case Entry.Directory _ -> add(client, path);
            }
        }
    }

    boolean agreesWith(World world) {
        return differences(world).isEmpty();
    }

    /** One line for each name that is missing, too many, or of another content. */
    List<String> differences(World world) {
        List<String> lines = new ArrayList<>();
        world.directories().stream()
                .filter(path -> !directories.contains(path))
                .forEach(path -> lines.add(path + ": the directory is missing"));
        directories.stream()
                .filter(path -> !world.directories().contains(path))
                .forEach(path -> lines.add(path + ": no such directory should be there"));
        world.files().forEach((path, content) -> {
            FileRecord record = files.get(path);
            if (record == null) {
                lines.add(path + ": the file is missing, " + content);
            } else if (!content.isSaidBy(record)) {
                lines.add(path + ": should hold " + content + ", has " + record);
            }
        });
        files.forEach((path, record) -> {
            if (!world.files().containsKey(path)) {
                lines.add(path + ": no such file should be there: " + record);
            }
        });
        return lines;
    }
}
