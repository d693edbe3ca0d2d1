package io.trivet.faults.history;

import io.trivet.client.Progress;
import io.trivet.client.TrivetClient;
import io.trivet.model.Checksums;
import io.trivet.model.NameEntry;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Records the calls of clients on a few names, and their results. Operations that failed because no
 * node was reachable did not happen, as the client guarantees, and are omitted. Any number of
 * threads, each as a client of its own.
 */
public final class Recorder {
    private final RemotePath directory;
    private final int groups;
    private final Queue<Call> history = new ConcurrentLinkedQueue<>();

    /**
     * In an existing directory; each of {@code groups} has two names that are renamed to each
     * other.
     */
    public Recorder(RemotePath directory, int groups) {
        this.directory = directory;
        this.groups = groups;
    }

    /** The directory of the names. */
    public RemotePath directory() {
        return directory;
    }

    /** The calls so far. */
    public List<Call> history() {
        return List.copyOf(history);
    }

    /** Executes one random operation and records it. */
    public void step(int client, TrivetClient cluster, Random random) throws IOException {
        byte[] content = ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(client)
                .putLong(random.nextLong())
                .array();
        NameOperation operation = choose(random, Checksums.of(content));
        long called = System.nanoTime();
        try {
            Result result = send(cluster, operation, content);
            history.add(new Call(client, called, System.nanoTime(), operation, result));
        } catch (TrivetException e) {
            long returned = System.nanoTime();
            if (e.kind() == Refusal.Kind.OUTCOME_UNKNOWN) {
                history.add(new Call(client, called, returned, operation, new Result.Unknown()));
            } else if (!e.kind().retryable()) {
                history.add(new Call(client, called, returned, operation, new Result.Refused(e.kind())));
            }
        }
    }

    private NameOperation choose(Random random, int crc32c) {
        int group = random.nextInt(groups);
        boolean left = random.nextBoolean();
        RemotePath one = name(group, left);
        int dice = random.nextInt(100);
        if (dice < 35) {
            return new NameOperation.Stat(one);
        }
        if (dice < 55) {
            return new NameOperation.Save(one, crc32c);
        }
        if (dice < 78) {
            return new NameOperation.Rename(one, name(group, !left));
        }
        return dice < 92 ? new NameOperation.Remove(one) : new NameOperation.MakeDirectory(one);
    }

    private RemotePath name(int group, boolean left) {
        return directory.resolve((left ? "left" : "right") + group);
    }

    private static Result send(TrivetClient cluster, NameOperation operation, byte[] content) throws IOException {
        switch (operation) {
            case NameOperation.MakeDirectory make -> cluster.makeDirectory(make.path());
            case NameOperation.Save save -> cluster.save(new ByteArrayInputStream(content), save.path(), Progress.NONE);
            case NameOperation.Rename rename -> cluster.rename(rename.from(), rename.to());
            case NameOperation.Remove remove -> cluster.remove(remove.path(), false);
            case NameOperation.Stat stat -> {
                return new Result.Is(thing(cluster.stat(stat.path())));
            }
        }
        return new Result.Done();
    }

    private static Thing thing(NameEntry nameEntry) {
        return switch (nameEntry) {
            case NameEntry.File file -> new Thing.File(file.record().crc32c());
            case NameEntry.Link _ -> throw new IllegalStateException("no client of a history makes links");
            case NameEntry.Directory _ -> new Thing.Directory();
        };
    }
}
