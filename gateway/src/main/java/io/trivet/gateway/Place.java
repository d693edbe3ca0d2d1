package io.trivet.gateway;

import io.trivet.client.TrivetClient;
import io.trivet.gateway.error.S3Error;
import io.trivet.gateway.error.S3Exception;
import io.trivet.gateway.key.BucketName;
import io.trivet.gateway.key.ObjectKey;
import io.trivet.model.Condition;
import io.trivet.model.NameEntry;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import java.util.Optional;

/**
 * An object that a request names, and where it lies.
 *
 * @param directory of the bucket
 */
record Place(BucketName bucket, RemotePath directory, ObjectKey key, RemotePath path) {
    static Place of(RemotePath root, BucketName bucket, String key) {
        RemotePath directory = directory(root, bucket);
        ObjectKey parsed = ObjectKey.parse(key);
        return new Place(bucket, directory, parsed, parsed.in(directory));
    }

    static RemotePath directory(RemotePath root, BucketName bucket) {
        return root.resolve(bucket.text());
    }

    /** Throws {@code NoSuchBucket}. */
    static void requireBucket(TrivetClient client, RemotePath directory) {
        if (ClientTree.stat(client, directory)
                .filter(NameEntry.Directory.class::isInstance)
                .isEmpty()) {
            throw new S3Exception(S3Error.NO_SUCH_BUCKET, "There is no such bucket: " + directory.name());
        }
    }

    /** What is there: a file, or a directory for a key that ends with a slash; empty for anything else. */
    Optional<NameEntry> find(TrivetClient client) {
        return ClientTree.stat(client, path).filter(entry -> entry instanceof NameEntry.Directory == key.isDirectory());
    }

    /** The same with what is kept beside it. */
    Optional<StoredEntry> findWithAttributes(TrivetClient client) {
        return StoredEntry.find(client, path)
                .filter(found -> found.entry() instanceof NameEntry.Directory == key.isDirectory());
    }

    /** Throws {@code NoSuchKey}, or {@code NoSuchBucket} where that is the reason. */
    StoredEntry require(TrivetClient client) {
        return findWithAttributes(client).orElseThrow(() -> missing(client));
    }

    /** Why nothing is there. */
    S3Exception missing(TrivetException e, TrivetClient client) {
        return e.kind() == Refusal.Kind.NO_SUCH_FILE
                        || e.kind() == Refusal.Kind.NOT_A_DIRECTORY
                        || e.kind() == Refusal.Kind.IS_A_DIRECTORY
                        || e.kind() == Refusal.Kind.IS_A_LINK
                ? missing(client)
                : Failures.of(e);
    }

    private S3Exception missing(TrivetClient client) {
        requireBucket(client, directory);
        return new S3Exception(S3Error.NO_SUCH_KEY, "There is no such object: " + key.text());
    }

    /**
     * Removes directories that have become empty, from the one that held this key up to the bucket.
     * If something is put there meanwhile, the directory is not empty and stays, or is made again;
     * a file that takes its name stays.
     */
    void prune(TrivetClient client) {
        RemotePath parent = path.parent();
        while (!parent.equals(directory)) {
            try {
                client.onlyIf(Condition.directory(parent)).remove(parent, false, false);
            } catch (TrivetException _) {
                return; // something is in it, or this user may not: it stays
            }
            parent = parent.parent();
        }
    }

    /** The condition that what is there now, which {@code found} is, still is when a change is made. */
    Condition still(Optional<NameEntry> found) {
        if (found.isEmpty()) {
            return Condition.absent(path);
        }
        return switch (found.get()) {
            case NameEntry.Recorded entry ->
                Condition.unchanged(path, entry.record().id());
            case NameEntry.Directory _ -> Condition.directory(path);
        };
    }
}
