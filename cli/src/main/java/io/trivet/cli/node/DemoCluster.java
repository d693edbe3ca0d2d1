package io.trivet.cli.node;

import io.trivet.chunk.DiskPaths;
import io.trivet.cli.layout.JoinWait;
import io.trivet.cli.remote.ClusterCommand;
import io.trivet.cli.remote.SecurityProviders;
import io.trivet.cli.remote.StateDirectory;
import io.trivet.cli.remote.TrialEndpoint;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.terminal.Logs;
import io.trivet.cli.text.CommandFailure;
import io.trivet.cli.text.ErrorMessage;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.Format;
import io.trivet.cli.text.ProgramName;
import io.trivet.cli.text.Text;
import io.trivet.cli.text.VisibleText;
import io.trivet.cli.web.WebConsole;
import io.trivet.client.Account;
import io.trivet.client.ClientOptions;
import io.trivet.client.LayoutAdmin;
import io.trivet.client.Profile;
import io.trivet.client.Profiles;
import io.trivet.client.TrivetClient;
import io.trivet.model.Address;
import io.trivet.model.ChunkSize;
import io.trivet.model.ClusterId;
import io.trivet.model.NodeId;
import io.trivet.model.TrivetException;
import io.trivet.node.MaintenanceSettings;
import io.trivet.node.NodeDirectory;
import io.trivet.node.NodeOptions;
import io.trivet.node.NodeOptions.Start;
import io.trivet.node.TrivetNode;
import io.trivet.node.keys.FirstAdministrator;
import io.trivet.placement.LayoutRequest;
import io.trivet.repair.RepairSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The nodes of a trial; node k keeps its data in {@code DIR/nk}. A node whose directory is not
 * empty is restarted, others join as new nodes, so that a larger number at a later start adds
 * nodes. They run in this process, or are created here and then run in processes of their own.
 */
final class DemoCluster {
    /** What the examples save. */
    private static final String FILE = " big.bin";

    /** The port that S3 servers of one's own usually have. */
    private static final Address S3_USUAL = new Address("127.0.0.1", 9000);

    private static final Duration TOKEN_VALID = Duration.ofMinutes(10);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(3);
    private static final Duration READY_LIMIT = Duration.ofMinutes(2);

    private final Console console;
    private final Path data;
    private final int held;
    private final int count;
    private final @Nullable Integer port;
    private final MaintenanceSettings maintenanceSettings;
    private final List<TrivetNode> nodes = new ArrayList<>();

    /** Where each serves HTTP. */
    private final List<Address> http;

    /** Where S3 is served: by the first node, or by the process of each. */
    private final List<Address> s3;

    private volatile @Nullable NodeGateway gateway;
    private final Profiles profiles;
    private volatile @Nullable Path written;
    private volatile @Nullable WebConsole web;
    private volatile @Nullable TrivetClient webClient;

    DemoCluster(Console console, Path data, @Nullable Integer count, @Nullable Integer port, RepairSettings repair)
            throws IOException {
        this.console = console;
        this.profiles = Profiles.ofProcess(console.environment());
        this.data = data;
        this.held = held(data);
        this.count = Math.max(held, count == null ? (held == 0 ? DemoCommand.DEFAULT_NODES : held) : count);
        this.port = port;
        this.maintenanceSettings = MaintenanceSettings.USUAL.with(repair);
        List<Address> free = freeAddresses(2 * this.count);
        this.http = free.subList(0, this.count);
        this.s3 = new ArrayList<>(free.subList(this.count, 2 * this.count));
        if (isFree(S3_USUAL)) {
            s3.set(0, S3_USUAL);
        }
        if (count != null && count < held) {
            console.complain(Text.of("{0} holds {1}, all of which are started", data, Text.count(held, "node")));
        }
    }

    /**
     * On loopback, where nobody listens now. Should somebody come first, a node serves without
     * HTTP, and tries again.
     */
    private static List<Address> freeAddresses(int count) throws IOException {
        List<Address> free = new ArrayList<>();
        List<ServerSocket> held = new ArrayList<>();
        try {
            while (free.size() < count) {
                ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(ClusterCommand.DEFAULT.host()));
                held.add(socket);
                free.add(new Address(ClusterCommand.DEFAULT.host(), socket.getLocalPort()));
            }
        } finally {
            for (ServerSocket socket : held) {
                socket.close();
            }
        }
        return List.copyOf(free);
    }

    private static boolean isFree(Address address) {
        try (ServerSocket _ = new ServerSocket(address.port(), 1, InetAddress.getByName(address.host()))) {
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    /** Does not return while the nodes run. */
    int run() throws IOException, CommandFailure {
        Runtime.getRuntime().addShutdownHook(new Thread(this::close, "shutdown"));
        make();
        s3.subList(1, s3.size()).clear();
        gateway = NodeGateway.start(
                nodes.getFirst(), new S3Settings(s3.getFirst()), NodeGateway.HEAP_OF_A_NODE * (count + 1));
        startConsole();
        announce("");
        NodeProcess.awaitEnd();
        return ExitCode.DONE;
    }

    /** Like {@link #run}, with a process for each node. Does not return while this process runs. */
    int runProcesses(String repairAfter) throws IOException, CommandFailure {
        DemoProcesses processes = new DemoProcesses(console, data, repairAfter);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            processes.close();
                            close();
                        },
                        "shutdown"));
        make();
        closeNodes();
        processes.start(addresses(), http, s3, READY_LIMIT);
        startConsole();
        announce("kill -9 " + processes.last());
        NodeProcess.awaitEnd();
        return ExitCode.DONE;
    }

    /**
     * Starts all nodes in this process, waits until they are settled, and writes the profile of the
     * trial.
     */
    private void make() throws IOException, CommandFailure {
        SecurityProviders.leaveOutUnused();
        SecurityProviders.preferNative();
        Files.createDirectories(data);
        Logs.toFile(log());
        NodeProcess.endWhenAThreadDies(console);
        start();
        awaitReady();
        awaitSettled();
        writeProfile();
        takeIn();
    }

    private List<Address> addresses() {
        return nodes.stream().map(TrivetNode::address).toList();
    }

    /** The number of nodes in a directory of a trial: n0, n1, ... without a gap. */
    static int held(Path data) throws IOException {
        int held = 0;
        while (holdsSomething(directory(data, held))) {
            held++;
        }
        return held;
    }

    private static Path directory(Path data, int number) {
        return data.resolve("n" + number);
    }

    private static boolean holdsSomething(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return false;
        }
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.findAny().isPresent();
        }
    }

    private void start() throws IOException, CommandFailure {
        List<Integer> unborn = new ArrayList<>();
        for (int number = 0; number < count; number++) {
            if (number >= held || isUnfinished(directory(data, number))) {
                unborn.add(number);
            } else {
                start(number, new Start.Restart());
            }
        }
        for (int number : unborn) {
            start(
                    number,
                    number == 0
                            ? new Start.Init(0, ChunkSize.DEFAULT, false, Start.Init.USUAL_TRASH)
                            : new Start.Join(token()));
        }
    }

    /**
     * Whether its first start was interrupted: it begins again, because nothing can have been saved
     * there.
     */
    private static boolean isUnfinished(Path directory) throws IOException {
        Optional<NodeDirectory> resident = NodeDirectory.of(directory);
        return resident.isPresent() ? !resident.get().complete() : !Files.exists(new DiskPaths(directory).identity());
    }

    private void start(int number, Start start) throws CommandFailure, IOException {
        Path directory = directory(data, number);
        Optional<Address> listen = listen(number, start);
        try {
            TrivetNode node = TrivetNode.start(new NodeOptions(directory, List.of(), listen, start, maintenanceSettings)
                    .withHttp(Optional.of(http.get(number))));
            synchronized (nodes) {
                nodes.add(node);
            }
        } catch (TrivetException e) {
            throw new CommandFailure(
                    Text.of("node n{0} in {1} does not start: {2}", number, directory, ErrorMessage.about(e)));
        }
    }

    /** A restarted node listens at its previous address, unless another port is requested. */
    private Optional<Address> listen(int number, Start start) {
        if (port == null && start instanceof Start.Restart) {
            return Optional.empty();
        }
        int first = port != null ? port : nodes.isEmpty() ? ClusterCommand.DEFAULT.port() : firstPort();
        return Optional.of(DemoCommand.loopback(first, number));
    }

    private int firstPort() {
        return nodes.getFirst().address().port();
    }

    /** After a restart the quorum must be available before it can issue a token. */
    private String token() throws CommandFailure {
        awaitReady();
        return nodes.getFirst().issueToken(TOKEN_VALID, 1);
    }

    private void awaitReady() throws CommandFailure {
        for (TrivetNode node : nodes) {
            if (!node.awaitReady(READY_LIMIT)) {
                throw new CommandFailure(Text.of(
                        "{0} at {1} was not ready within {2}: see {3}",
                        node.id(), node.address(), Format.duration(READY_LIMIT), log()));
            }
        }
    }

    /** Waits until all nodes have slots, so that the first save uses all of them. */
    private void awaitSettled() throws CommandFailure {
        List<NodeId> ids = nodes.stream().map(TrivetNode::id).toList();
        if (!JoinWait.await(nodes.getFirst().profile(), ids, READY_LIMIT)) {
            throw new CommandFailure(Text.of(
                    "not all {0} were ready for data within {1}: see {2}",
                    Text.count(ids.size(), "node"), Format.duration(READY_LIMIT), log()));
        }
    }

    /**
     * Takes in waiting nodes: nodes added to a trial are meant to be used, even if it has data
     * already.
     */
    private void takeIn() throws IOException {
        try (TrivetClient client = TrivetClient.connect(ClientOptions.of(Profile.read(kept())))) {
            LayoutAdmin layoutAdmin = client.layout();
            if (!layoutAdmin.nodes().waiting().isEmpty()) {
                layoutAdmin.apply(layoutAdmin.plan(new LayoutRequest.Balance()));
            }
        }
    }

    /**
     * As the administrator of the trial, at the usual address or, if that is taken, at a free one. A
     * trial goes on without it.
     */
    private void startConsole() throws IOException {
        Profile profile = Profile.read(kept());
        String user = Optional.ofNullable(profile.accessKey()).orElse("");
        TrivetClient client = TrivetClient.connect(ClientOptions.of(profile));
        webClient = client;
        Optional<Path> state = StateDirectory.of(console);
        try {
            web = WebConsole.start(Optional.of(WebConsole.USUAL), client, user, state);
        } catch (IOException _) { // its port may be taken
            try {
                web = WebConsole.start(Optional.empty(), client, user, state);
            } catch (IOException e) {
                console.complain(Text.of("the console cannot be started: {0}", String.valueOf(e.getMessage())));
            }
        }
    }

    private Path log() {
        return data.resolve("trivet.log");
    }

    /** The file of the trial's profile while the trial does not run. */
    private Path kept() {
        return data.resolve("profile");
    }

    /**
     * Writes the profile of this trial, by its port, so that several trials can run side by side.
     * Replaces one that a killed trial left behind; of this trial's own profile, the secret is
     * kept, since it may have been changed.
     */
    private void writeProfile() throws IOException, CommandFailure {
        TrivetNode first = nodes.getFirst();
        Path file = profiles.trial(firstPort());
        Profile profile = new Profile(
                        first.profile().cluster(), addresses(), first.profile().trustSettings())
                .as(account(first, file))
                .changingTo(next(first, file));
        profile.write(kept());
        FirstAdministrator.taken(directory(data, 0));
        profile.write(file);
        written = file;
        TrialEndpoint.write(file, "http://" + s3.getFirst());
    }

    private Account account(TrivetNode first, Path left) throws IOException, CommandFailure {
        ClusterId cluster = first.profile().cluster();
        Optional<FirstAdministrator> administrator = first.administrator();
        return ofThis(cluster, left)
                .or(() -> ofThis(cluster, kept()))
                .or(() -> administrator.map(FirstAdministrator::account))
                .orElseThrow(() -> new CommandFailure(
                        Text.of("{0}: no such file: the account of this trial's administrator was in it", kept())));
    }

    /**
     * An interrupted change of the secret stays open, because it is not known which secret is
     * valid.
     */
    private @Nullable String next(TrivetNode first, Path left) {
        ClusterId cluster = first.profile().cluster();
        return profileOf(cluster, left)
                .or(() -> profileOf(cluster, kept()))
                .map(Profile::nextSecret)
                .orElse(null);
    }

    private static Optional<Account> ofThis(ClusterId cluster, Path file) {
        return profileOf(cluster, file).map(Profile::account);
    }

    private static Optional<Profile> profileOf(ClusterId cluster, Path file) {
        try {
            Profile profile = Profile.read(file);
            return profile.cluster().equals(cluster) ? Optional.of(profile) : Optional.empty();
        } catch (IOException | TrivetException _) {
            return Optional.empty();
        }
    }

    /**
     * Removes the profile, unless another trial has replaced it. Its changes are kept with the
     * data.
     */
    private void removeProfile() {
        Path file = written;
        try {
            if (file != null
                    && Profile.read(file).cluster().equals(Profile.read(kept()).cluster())) {
                Profile.read(file).write(kept());
                Files.delete(file);
                TrialEndpoint.remove(file);
            }
        } catch (IOException | TrivetException _) {
            // It is useless without the trial, and replaced at the next start.
        }
    }

    /**
     * Prints what to do next; {@code killing} is the command that kills a node, empty if it would
     * kill all.
     */
    private void announce(String killing) {
        String addresses = addresses().stream().map(Address::toString).collect(Collectors.joining(", "));
        console.say(Text.of("ready: {0} on {1}", Text.count(nodes.size(), "node"), addresses));
        console.say(Text.of("data:  {0} (there again at the next start with it)", data));
        console.say(Text.of(
                "metrics: {0}",
                http.stream().map(address -> "http://" + address + "/metrics").collect(Collectors.joining(", "))));
        console.say(Text.of(
                "s3:    {0} (`trivet s3 env` prints what its clients need)",
                s3.stream().map(address -> "http://" + address).collect(Collectors.joining(", "))));
        WebConsole pages = web;
        if (pages != null) {
            console.say(
                    Text.of("console: {0} (logs in once; `trivet console --link` makes another)", pages.loginLink()));
        }
        console.say(Text.plain(""));
        console.say(Text.of("In another terminal:"));
        int port = firstPort();
        String cluster = profiles.leadsToTrial(port, ClusterCommand.DEFAULT.port())
                ? ""
                : " --cluster " + nodes.getFirst().address();
        if (profiles.isNamed()) {
            console.say(Text.of(
                    "(if {0} is set in that terminal, set it to {1})", Profiles.ENVIRONMENT, profiles.trial(port)));
        }
        String typed = "  " + VisibleText.of(ProgramName.command()) + " ";
        console.say(Text.plain(typed + "save" + cluster + FILE));
        if (!killing.isEmpty()) {
            console.say(Text.plain("  " + killing));
        }
        console.say(Text.plain(typed + "load" + cluster + FILE + " loaded.bin"));
        console.say(Text.plain(typed + "where" + cluster + FILE));
        console.say(Text.of("Ctrl-C ends the trial."));
        console.flush();
    }

    /**
     * Closes all nodes at once and waits only briefly, because durability does not depend on it.
     */
    private void close() {
        removeProfile();
        NodeGateway serving = gateway;
        if (serving != null) {
            serving.close();
        }
        WebConsole pages = web;
        if (pages != null) {
            pages.close();
        }
        TrivetClient client = webClient;
        if (client != null) {
            client.close();
        }
        closeNodes();
    }

    private void closeNodes() {
        List<Thread> closing;
        synchronized (nodes) {
            closing = nodes.stream()
                    .map(node -> Thread.ofPlatform()
                            .daemon()
                            .name("close-" + node.id())
                            .start(node::close))
                    .toList();
        }
        try {
            for (Thread thread : closing) {
                thread.join(CLOSE_LIMIT);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
