package io.trivet.faults;

import io.trivet.client.TrivetClient;
import io.trivet.faults.history.Linearizability;
import io.trivet.faults.history.Recorder;
import io.trivet.model.RemotePath;
import java.io.IOException;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/**
 * Records the calls of concurrent clients that contend for the same few names: one history for each
 * fault, in a directory of its own, checked when no call is in progress. Clients call {@link
 * Client} from threads of their own; {@link #begin} and {@link #check} require that none does.
 */
final class Histories {
    /** The most steps of one client in one history, so that the check ends. */
    private static final int MAX_STEPS = 150;

    /** Pairs of names in a history. */
    private static final int GROUPS = 4;

    private static final long IDLE_NANOS = 20_000_000;

    private final RemotePath directory;
    private final RunFigures runFigures;
    private volatile Recorder recorder;
    private int number;

    Histories(RemotePath directory, RunFigures runFigures) {
        this.directory = directory;
        this.runFigures = runFigures;
        this.recorder = new Recorder(directory, GROUPS);
    }

    /** Begins a new history. */
    void begin(TrivetClient client) {
        RemotePath next = directory.resolve("history" + number++);
        client.makeDirectory(next);
        recorder = new Recorder(next, GROUPS);
    }

    /** Checks that the recorded history is linearizable. */
    void check() {
        try {
            Linearizability.check(recorder.history())
                    .ifPresent(why -> runFigures.violated("history " + number + " is not linearizable: " + why));
            runFigures.checked(recorder.history().size());
        } catch (IllegalStateException e) {
            runFigures.failed("Check of a history: " + e.getMessage(), 0);
        }
    }

    /** One of the clients, for one thread. */
    final class Client implements Workload.Labour {
        private final int number;
        private final TrivetClient cluster;
        private final Random random;
        private Recorder current = recorder;
        private int steps;

        Client(int number, TrivetClient cluster, long seed) {
            this.number = number;
            this.cluster = cluster;
            this.random = new Random(seed);
        }

        @Override
        public void step() throws IOException {
            if (current != recorder) {
                current = recorder;
                steps = 0;
            }
            if (steps++ < MAX_STEPS) {
                current.step(number, cluster, random);
            } else {
                LockSupport.parkNanos(IDLE_NANOS);
            }
        }
    }
}
