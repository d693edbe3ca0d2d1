package io.trivet.cli;

import io.trivet.client.Profile;
import io.trivet.client.Profiles;
import io.trivet.model.TrivetException;
import io.trivet.node.FirstAdministrator;
import io.trivet.node.NodeOptions;
import io.trivet.node.TrivetNode;
import io.trivet.wire.Trust;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/** Runs one node until the process ends. Apart from {@link NodeCommand}, so that other commands do not load a node's classes. */
final class NodeProcess {
    private static final Duration LOOK_EVERY = Duration.ofSeconds(10);

    private static final Duration SETTLING_LIMIT = Duration.ofSeconds(30);

    /** How long a node that is told to stop waits for what it has begun. */
    private static final Duration LEAVING_LIMIT = Duration.ofSeconds(10);

    /** In the data directory of the first node. */
    private static final String PROFILE = "profile";

    private static final String KEYS = "cluster-keys";

    private final Console console;

    NodeProcess(Console console) {
        this.console = console;
    }

    /** Does not return while the node runs. */
    int run(NodeOptions options) throws IOException, CommandFailure {
        Providers.leaveOutUnused();
        TrivetNode node = TrivetNode.start(options);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> node.leave(LEAVING_LIMIT), "shutdown"));
        awaitReady(node);
        if (node.isDismissed()) {
            console.complain(Text.of(
                    "{0} is no node of the cluster any more: it was removed, or it joined after the backup that was restored. What it holds is not asked for. To use this server again, move {1} aside and join with a token; else leave it off",
                    node.id(), options.data().toAbsolutePath()));
            return Program.WRONG_USAGE; // no other try would end otherwise, and the service does not make one
        }
        if (!Settling.await(node.profile(), Set.of(node.id()), SETTLING_LIMIT)) {
            console.complain(
                    Text.of("{0} serves, but the layout gives it no slots yet: `trivet status` says more", node.id()));
        }
        takeProfile(node, options.data());
        console.say(Text.of(
                "ready: {0} serves at {1}, data in {2}",
                node.id(), node.address(), options.data().toAbsolutePath()));
        console.out().text().flush();
        awaitEnd();
        return Program.DONE;
    }

    /**
     * The profile of a new cluster's first administrator: beside the data for those who bring it to other computers, and for this account unless it has one
     * of another cluster. Only then the node forgets the secret; cut short, it is done at the next start.
     */
    private void takeProfile(TrivetNode node, Path data) throws IOException {
        Optional<FirstAdministrator> administrator = node.administrator();
        if (administrator.isEmpty()) {
            return;
        }
        Profile profile = node.profile().as(administrator.get().account());
        if (profile.trust() instanceof Trust.Plaintext) {
            console.complain(Text.of("PLAINTEXT: this cluster encrypts nothing on its connections"));
        }
        Path beside = data.resolve(PROFILE);
        profile.write(beside);
        writeUsual(profile, beside);
        FirstAdministrator.taken(data);
    }

    private void writeUsual(Profile profile, Path beside) {
        Path usual = Profiles.ofProcess(console.environment()).usual();
        try {
            if (Files.exists(usual) && !Profile.read(usual).cluster().equals(profile.cluster())) {
                console.complain(
                        Text.of("{0} is of another cluster and stays; the profile of this one is {1}", usual, beside));
                return;
            }
            profile.write(usual);
            console.say(Text.of(
                    "you administer this cluster by {0}: keep it to yourself, and a copy of {1} apart from backups",
                    usual, beside.resolveSibling(KEYS)));
        } catch (IOException | TrivetException e) {
            console.complain(Text.of("{0}: the profile of this cluster is {1}", Complaint.about(e), beside));
        }
    }

    private void awaitReady(TrivetNode node) {
        boolean told = false;
        while (!node.awaitReady(LOOK_EVERY) && !node.isDismissed()) {
            if (!told) {
                console.complain(Text.of(
                        "{0} listens at {1} and waits: no leader yet; a majority of the masters must be up",
                        node.id(), node.address()));
                told = true;
            }
        }
    }

    /** A node ends by a signal, whose hook closes it. */
    static void awaitEnd() throws CommandFailure {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure(Text.of("interrupted"));
        }
    }
}
