package io.trivet.mount;

import io.trivet.client.ClientOptions;
import io.trivet.client.Profile;
import io.trivet.client.TrivetClient;
import io.trivet.model.RemotePath;
import io.trivet.mount.fuse.MountPoint;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A mount in a process of its own, which a test can kill. Arguments: profile, directory of the cluster,
 * mount point, spool, limit of the spool in bytes, "ro" or "rw". Prints "ready", then what it has to
 * tell.
 */
final class MountProcess {
    private MountProcess() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        ClientOptions usual = ClientOptions.of(Profile.read(Path.of(arguments[0])));
        ClientOptions options = new ClientOptions(
                usual.seeds(),
                usual.trustSettings(),
                usual.parallelism(),
                Duration.ofSeconds(20),
                null,
                usual.account(),
                usual.cluster(),
                16);
        MountOptions mount = new MountOptions(
                RemotePath.parse(arguments[1]),
                "trivet:" + arguments[1],
                Path.of(arguments[3]),
                Long.parseLong(arguments[4]),
                MountOptions.USUAL_ATTRIBUTE_TIME,
                arguments[5].equals("ro"),
                false,
                MountPoint.user(),
                MountPoint.group(),
                MountOptions.USUAL_THREADS);
        try (TrivetClient client = TrivetClient.connect(options)) {
            TrivetMount mounted = TrivetMount.start(client, mount, Path.of(arguments[2]), new Told());
            Runtime.getRuntime().addShutdownHook(new Thread(() -> end(mounted)));
            System.out.println("ready");
            mounted.awaitEnd();
        }
    }

    private static void end(TrivetMount mounted) {
        try {
            mounted.close();
        } catch (IOException e) {
            System.out.println("not unmounted: " + e);
        }
    }

    private static final class Told implements MountEvents {
        @Override
        public void notSaved(RemotePath file, Path kept, Exception why) {
            System.out.println("not saved: " + file + " in " + kept + ": " + why);
        }

        @Override
        public void failed(String request, Throwable why) {
            System.out.println("failed: " + request + ": " + why);
        }
    }
}
