package io.trivet.gateway;

import io.trivet.client.FileAttributes;
import io.trivet.client.TrivetClient;
import io.trivet.model.Attributes;
import io.trivet.model.NameEntry;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import java.time.Instant;
import java.util.Optional;

/**
 * A file or directory and what is kept beside it, at one moment.
 *
 * @param attributes none of a directory, and for who may not read the file
 */
record StoredEntry(NameEntry entry, Attributes attributes) {
    /** What is at a path; empty where nothing is that S3 could name. */
    static Optional<StoredEntry> find(TrivetClient client, RemotePath path) {
        try {
            FileAttributes file = client.attributes(path);
            return file.record().isLink()
                    ? Optional.empty()
                    : Optional.of(
                            new StoredEntry(new NameEntry.File(path.name(), file.record(), 0), file.attributes()));
        } catch (TrivetException e) {
            return e.kind() == Refusal.Kind.NO_SUCH_FILE || e.kind() == Refusal.Kind.NOT_A_DIRECTORY
                    ? Optional.empty()
                    : plain(client, path, e);
        }
    }

    /** A directory, or a file that this user may see and not read. */
    private static Optional<StoredEntry> plain(TrivetClient client, RemotePath path, TrivetException e) {
        if (e.kind() == Refusal.Kind.IS_A_DIRECTORY || e.kind() == Refusal.Kind.FORBIDDEN) {
            return ClientTree.stat(client, path).map(entry -> new StoredEntry(entry, Attributes.NONE));
        }
        throw e;
    }

    /** With its quotation marks. */
    String tag() {
        return switch (entry) {
            case NameEntry.Recorded recorded -> EntityTag.of(recorded.record(), attributes.text(ObjectSums.ATTRIBUTE));
            case NameEntry.Directory _ -> EntityTag.ofDirectory();
        };
    }

    Optional<ObjectSums> sums() {
        return entry instanceof NameEntry.File file
                ? ObjectSums.of(attributes.text(ObjectSums.ATTRIBUTE), file.record())
                : Optional.empty();
    }

    long size() {
        return entry instanceof NameEntry.File file ? file.record().size() : 0;
    }

    Instant modified() {
        return switch (entry) {
            case NameEntry.Recorded file -> file.record().modified();
            case NameEntry.Directory directory -> directory.modified();
        };
    }
}
