package io.trivet.cli.node;

import io.trivet.cli.layout.JoinWait;
import io.trivet.cli.remote.SecurityProviders;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.CommandFailure;
import io.trivet.cli.text.ErrorMessage;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.Text;
import io.trivet.client.Profile;
import io.trivet.client.Profiles;
import io.trivet.model.TrivetException;
import io.trivet.node.NodeOptions;
import io.trivet.node.TrivetNode;
import io.trivet.node.keys.FirstAdministrator;
import io.trivet.thread.VitalThreads;
import io.trivet.wire.credentials.TrustSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Runs one node until the process ends. Separate from {@link NodeCommand}, so that other commands
 * do not load a node's classes.
 */
final class NodeProcess {
    private static final Duration LOOK_EVERY = Duration.ofSeconds(10);

    private static final Duration SETTLING_LIMIT = Duration.ofSeconds(30);

    /** How long a node that was told to stop waits for requests in progress. */
    private static final Duration LEAVING_LIMIT = Duration.ofSeconds(10);

    /** Its name in the data directory of the first node. */
    private static final String PROFILE = "profile";

    private static final String KEYS = "cluster-keys";

    private final Console console;

    NodeProcess(Console console) {
        this.console = console;
    }

    /** Does not return while the node runs. */
    int run(NodeOptions options, Optional<S3Settings> s3) throws IOException, CommandFailure {
        SecurityProviders.leaveOutUnused();
        SecurityProviders.preferNative();
        endWhenAThreadDies(console);
        TrivetNode node = TrivetNode.start(options);
        AtomicReference<NodeGateway> gateway = new AtomicReference<>();
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            NodeGateway serving = gateway.get();
                            if (serving != null) {
                                serving.close();
                            }
                            node.leave(LEAVING_LIMIT);
                        },
                        "shutdown"));
        // Before a majority of masters is available: otherwise the service manager would stop this
        // node because others are down.
        ServiceNotice manager = ServiceNotice.of(console.environment());
        manager.tell(ServiceNotice.READY);
        new ServiceWatchdog(manager, node::beats).begin();
        awaitReady(node);
        if (node.rival().isPresent()) {
            return rival(node);
        }
        if (node.isDismissed()) {
            console.complain(Text.of(
                    "{0} is no longer a node of the cluster: it was removed, or it joined after the backup that was restored. Its data is not used. To use this server again, move {1} aside and join with a token; otherwise do not start it",
                    node.id(), options.data().toAbsolutePath()));
            return ExitCode.WRONG_USAGE; // a retry cannot help, and this code makes the service manager stop
        }
        if (!JoinWait.await(node.profile(), Set.of(node.id()), SETTLING_LIMIT)) {
            console.complain(Text.of("{0} is running but stores no data yet: see `trivet status`", node.id()));
        }
        takeProfile(node, options.data());
        s3.ifPresent(settings -> gateway.set(NodeGateway.start(node, settings, NodeGateway.HEAP_OF_A_NODE)));
        DemoProcesses.startedAgain(options.data());
        console.say(Text.of(
                "ready: {0} serves at {1}, data in {2}",
                node.id(), node.address(), options.data().toAbsolutePath()));
        console.flush();
        awaitEnd(node);
        return rival(node);
    }

    private int rival(TrivetNode node) {
        console.complain(Text.of("{0}: {1}", node.id(), node.rival().orElse("")));
        return ExitCode.WRONG_USAGE; // a retry cannot help, and this code makes the service manager stop
    }

    /**
     * Returns when another process is the same node; a signal ends the process through the shutdown
     * hook instead.
     */
    private static void awaitEnd(TrivetNode node) throws CommandFailure {
        try {
            CountDownLatch never = new CountDownLatch(1);
            while (node.rival().isEmpty()) {
                never.await(1, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure(Text.of("interrupted"));
        }
    }

    /**
     * Writes the profile of a new cluster's first administrator: beside the data, to be copied to
     * other computers, and for this account, unless it has one of another cluster. The node forgets
     * the secret afterwards; if this is interrupted, the next start repeats it.
     */
    private void takeProfile(TrivetNode node, Path data) throws IOException {
        Optional<FirstAdministrator> administrator = node.administrator();
        if (administrator.isEmpty()) {
            return;
        }
        Profile profile = node.profile().as(administrator.get().account());
        if (profile.trustSettings() instanceof TrustSettings.Plaintext) {
            console.complain(Text.of("PLAINTEXT: this cluster encrypts nothing on its connections"));
        }
        Path beside = data.resolve(PROFILE);
        profile.write(beside);
        writeUsual(profile, beside);
        FirstAdministrator.taken(data);
    }

    private void writeUsual(Profile profile, Path beside) {
        try {
            Path usual = Profiles.ofProcess(console.environment()).usual();
            if (Files.exists(usual) && !Profile.read(usual).cluster().equals(profile.cluster())) {
                console.complain(Text.of(
                        "{0} belongs to another cluster and was kept; the profile of this one is {1}", usual, beside));
                return;
            }
            profile.write(usual);
            console.say(Text.of(
                    "{0} is your administrator's profile: keep it secret. Copy {1} to a safe place apart from backups",
                    usual, beside.resolveSibling(KEYS)));
        } catch (IOException | UncheckedIOException | TrivetException e) {
            console.complain(Text.of("{0}: the profile of this cluster is {1}", ErrorMessage.about(e), beside));
        }
    }

    private void awaitReady(TrivetNode node) {
        boolean told = false;
        while (!node.awaitReady(LOOK_EVERY)
                && !node.isDismissed()
                && node.rival().isEmpty()) {
            if (!told) {
                console.complain(Text.of(
                        "{0} listens at {1} and waits: no leader yet; a majority of the masters must be up",
                        node.id(), node.address()));
                told = true;
            }
        }
    }

    /**
     * Halts the process when a vital thread dies: such a node looks healthy and does only part of
     * its work, and its service manager should restart it. It is not closed first, since closing
     * may wait for that thread; durability does not depend on it.
     */
    static void endWhenAThreadDies(Console console) {
        VitalThreads.whenOneDies((name, cause) -> {
            try {
                console.complain(Text.of(
                        "internal error in thread {0} ({1}): the node stops. Start it again unless a service manager does",
                        name, cause));
            } finally {
                Runtime.getRuntime().halt(ExitCode.FAILED);
            }
        });
    }

    /** Waits for a signal; the shutdown hook closes the node. */
    static void awaitEnd() throws CommandFailure {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure(Text.of("interrupted"));
        }
    }
}
