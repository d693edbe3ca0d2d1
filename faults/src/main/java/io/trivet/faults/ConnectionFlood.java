package io.trivet.faults;

import io.trivet.client.Progress;
import io.trivet.client.TrivetClient;
import io.trivet.faults.machine.Abilities;
import io.trivet.model.Address;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import io.trivet.wire.Connection;
import io.trivet.wire.Connector;
import io.trivet.wire.TransportSecurity;
import io.trivet.wire.protocol.Request;
import io.trivet.wire.protocol.RequestEnvelope;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Floods one node, the leader of three, with connections: {@code faults/crowd --connections 10000}.
 * Two fifths stay silent, two fifths begin a handshake and stop, one fifth made one valid request
 * and stay idle. At the same time a client saves and loads. Exit code 1 if it could not.
 */
public final class ConnectionFlood {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int FILE_BYTES = 200_000;

    /** The header of a TLS record that announces 16 KiB. */
    private static final byte[] BEGUN = {22, 3, 1, 0x40, 0, 1};

    private final Address door;
    private final Connector honest;
    private final List<Socket> silent = new ArrayList<>();
    private final List<Connection> resting = new ArrayList<>();
    private long refused;

    private ConnectionFlood(Address door, Connector honest) {
        this.door = door;
        this.honest = honest;
    }

    public static void main(String[] arguments) throws IOException {
        int wanted =
                arguments.length == 2 && arguments[0].equals("--connections") ? Integer.parseInt(arguments[1]) : 10_000;
        Path base = Files.createTempDirectory("trivet-crowd");
        boolean well;
        try (ProcessCluster cluster = ProcessCluster.start(base, 3, 64 << 10, Abilities.NONE)) {
            well = run(cluster, wanted);
        }
        System.out.println("what the nodes left is in " + base);
        System.exit(well ? 0 : 1);
    }

    private static boolean run(ProcessCluster cluster, int wanted) throws IOException {
        ServerProcess node = cluster.node(cluster.leader().orElseThrow());
        try (TrivetClient client = cluster.client();
                Connector honest = new Connector("crowd", null, TransportSecurity.of(cluster.trust()))) {
            ConnectionFlood connectionFlood = new ConnectionFlood(node.address(), honest);
            Work alone = new Work();
            alone.go(client, "alone", 50);
            long before = node.residentBytes();
            long peak = before;
            Work among = new Work();
            for (int number = 0; number < wanted; number++) {
                connectionFlood.join(number);
                if (number % Math.max(1, wanted / 100) == 0) {
                    among.go(client, "among-" + number, 1);
                    peak = Math.max(peak, node.residentBytes());
                }
            }
            among.go(client, "among-all", 50);
            peak = Math.max(peak, node.residentBytes());
            System.out.printf(
                    Locale.ROOT,
                    "%d connections made, %d refused at once; node: %d MiB resident before, %d MiB at most%n",
                    wanted - connectionFlood.refused,
                    connectionFlood.refused,
                    before >> 20,
                    peak >> 20);
            System.out.println("alone: " + alone + "; among them: " + among);
            connectionFlood.leave();
            return among.failed == 0 && node.isAlive();
        }
    }

    private void join(int number) {
        try {
            if (number % 5 == 4) {
                Connection connection = honest.take(door, LIMIT);
                resting.add(connection);
                connection.send(RequestEnvelope.toAny(new Request.GetView()));
                connection.receive();
                return;
            }
            Socket socket = new Socket(door.host(), door.port());
            silent.add(socket);
            if (number % 2 == 1) {
                socket.getOutputStream().write(BEGUN);
            }
        } catch (IOException | TrivetException e) {
            refused++;
        }
    }

    private void leave() throws IOException {
        for (Socket socket : silent) {
            socket.close();
        }
        resting.forEach(Connection::close);
    }

    /** What the client achieved. */
    private static final class Work {
        private int done;
        private int failed;
        private long slowestMs;

        void go(TrivetClient client, String name, int files) {
            for (int file = 0; file < files; file++) {
                long begin = System.nanoTime();
                try {
                    saveAndLoad(client, RemotePath.parse("/" + name + "/" + file), file);
                    done++;
                } catch (IOException | TrivetException e) {
                    failed++;
                    System.out.println("failed: " + e.getMessage());
                }
                slowestMs = Math.max(slowestMs, (System.nanoTime() - begin) / 1_000_000);
            }
        }

        private static void saveAndLoad(TrivetClient client, RemotePath path, int seed) throws IOException {
            byte[] bytes = new byte[FILE_BYTES];
            new Random(seed).nextBytes(bytes);
            client.save(new ByteArrayInputStream(bytes), path, Progress.NONE);
            ByteArrayOutputStream loaded = new ByteArrayOutputStream();
            client.load(path, loaded, Progress.NONE);
            if (!Arrays.equals(bytes, loaded.toByteArray())) {
                throw new IOException(path + ": other bytes came back");
            }
        }

        @Override
        public String toString() {
            return done + " files saved and loaded, " + failed + " failed, the slowest in " + slowestMs + " ms";
        }
    }
}
