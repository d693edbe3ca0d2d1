package io.trivet.gateway;

import io.trivet.client.TrivetClient;
import io.trivet.gateway.error.S3Error;
import io.trivet.gateway.error.S3Exception;
import io.trivet.gateway.key.BucketName;
import io.trivet.gateway.key.ObjectKey;
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

    /** Its tag, where it is there. */
    Optional<String> tag(TrivetClient client) {
        return find(client).map(Place::tag);
    }

    static String tag(NameEntry entry) {
        return switch (entry) {
            case NameEntry.File file -> EntityTag.of(file.record());
            case NameEntry.Directory _ -> EntityTag.ofDirectory();
        };
    }

    /** Throws {@code NoSuchKey}, or {@code NoSuchBucket} where that is the reason. */
    NameEntry require(TrivetClient client) {
        return find(client).orElseThrow(() -> missing(client));
    }

    /** Why nothing is there. */
    S3Exception missing(TrivetException e, TrivetClient client) {
        return e.kind() == Refusal.Kind.NO_SUCH_FILE
                        || e.kind() == Refusal.Kind.NOT_A_DIRECTORY
                        || e.kind() == Refusal.Kind.IS_A_DIRECTORY
                ? missing(client)
                : Failures.of(e);
    }

    private S3Exception missing(TrivetClient client) {
        requireBucket(client, directory);
        return new S3Exception(S3Error.NO_SUCH_KEY, "There is no such object: " + key.text());
    }

    /**
     * Takes directories away that nothing is in any more, from the one that held this key up to the
     * bucket. Another request may put something there meanwhile: then the directory is not empty and
     * stays, or is made again with that.
     *
     * <p>A file that takes the name of a directory the moment it has gone must not go in its place:
     * so each is looked at under the lock of its name. That covers what comes through this gateway;
     * for the rest it is a matter of milliseconds, and the trash, which is not passed by here.
     */
    void prune(TrivetClient client, KeyLocks locks) {
        RemotePath parent = path.parent();
        while (!parent.equals(directory)) {
            try (KeyLocks.Held _ = locks.lock(parent)) {
                if (ClientTree.stat(client, parent)
                        .filter(NameEntry.Directory.class::isInstance)
                        .isEmpty()) {
                    return;
                }
                client.remove(parent, false);
            } catch (TrivetException _) {
                return; // something is in it, or this user may not: it stays
            }
            parent = parent.parent();
        }
    }
}
