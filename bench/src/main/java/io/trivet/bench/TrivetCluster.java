package io.trivet.bench;

import io.trivet.client.ClientOptions;
import io.trivet.client.FilePlacement;
import io.trivet.client.Profile;
import io.trivet.client.Profiles;
import io.trivet.client.Progress;
import io.trivet.client.TrivetClient;
import io.trivet.model.Address;
import io.trivet.model.ClusterView;
import io.trivet.model.Debt;
import io.trivet.model.NodeId;
import io.trivet.model.RemotePath;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Nodes as processes, started by {@code ./trivet}, and one client in this process. */
final class TrivetCluster implements Cluster {
    private static final Duration READY = Duration.ofMinutes(1);
    private static final Duration TOKEN = Duration.ofMinutes(10);
    private static final int MASTERS = 3;
    private static final int REPLICAS = 2;

    /**
     * Short, so that a benchmarkCase need not wait ten minutes until a node is considered lost; the
     * figures begin after that.
     */
    private static final String SILENT = "5s";

    private final Workplace place;
    private final Path folder;
    private final int servers;
    private final List<Daemon> nodes = new ArrayList<>();
    private TrivetClient client;

    private TrivetCluster(Workplace place, boolean plaintext, int servers) throws IOException {
        this.place = place;
        this.folder = place.newFolder("trivet");
        this.servers = servers;
        start(plaintext ? List.of("--init", "--plaintext") : List.of("--init"));
        this.client = connect(1);
    }

    /** On return the nodes serve, the masters have their seats, and every node has slots. */
    static TrivetCluster start(Workplace place, boolean plaintext, int servers) throws IOException {
        TrivetCluster cluster = new TrivetCluster(place, plaintext, servers);
        try {
            cluster.grow();
            return cluster;
        } catch (IOException | RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    private void grow() throws IOException {
        while (nodes.size() < servers) {
            start(List.of("--join", client.tokens().issue(TOKEN, 1)));
        }
        client.close();
        client = connect(servers);
        Waiting.until(READY, () -> {
            ClusterView view = client.cluster().status().view();
            return view.masters().size() == Math.min(MASTERS, servers)
                    && view.layout().nodes().size() == servers;
        });
    }

    private void start(List<String> birth) throws IOException {
        int number = nodes.size();
        List<String> command = new ArrayList<>(List.of(
                program(),
                "node",
                "--data",
                data(number).toString(),
                "--listen",
                address(number).toString(),
                "--repair-after",
                SILENT));
        command.addAll(birth);
        Daemon node = Daemon.start(place, "n" + number, folder, command, environment());
        nodes.add(node);
        node.awaitLine(line -> line.startsWith("ready"), READY);
    }

    private String program() {
        return place.checkout().resolve("trivet").toString();
    }

    private Path data(int number) {
        return folder.resolve("data" + number);
    }

    private Address address(int number) {
        return new Address("127.0.0.1", place.port(number));
    }

    private Map<String, String> environment() {
        return Map.of(Profiles.ENVIRONMENT, profile().toString());
    }

    /** The file with the administrator's account, written by the first node. */
    private Path profile() {
        return folder.resolve("profile");
    }

    private TrivetClient connect(int known) throws IOException {
        List<Address> seeds = new ArrayList<>();
        for (int number = 0; number < known; number++) {
            seeds.add(address(number));
        }
        Profile profile = Profile.read(profile());
        return TrivetClient.connect(
                ClientOptions.of(seeds, profile.trustSettings()).as(profile.account()));
    }

    @Override
    public int save(Batch batch) throws Exception {
        return batch.each(number -> client.save(batch.local(), path(batch.name(number)), Progress.NONE));
    }

    @Override
    public int load(Batch batch) throws Exception {
        return batch.each(number -> client.load(path(batch.name(number)), batch.into(number), Progress.NONE));
    }

    private static RemotePath path(String name) {
        return RemotePath.parse("/bench/" + name);
    }

    @Override
    public List<String> saveCommand(Path source, String name) {
        return List.of(
                "env",
                Profiles.ENVIRONMENT + "=" + profile(),
                program(),
                "save",
                source.toString(),
                path(name).toString());
    }

    @Override
    public List<Server> servers() {
        List<Server> all = new ArrayList<>();
        for (int number = 0; number < nodes.size(); number++) {
            all.add(new Server("node", nodes.get(number).id(), data(number)));
        }
        return all;
    }

    @Override
    public List<Long> clients() {
        return List.of();
    }

    @Override
    public void lose() throws IOException {
        nodes.removeLast().kill();
        NodeId lost = new NodeId(nodes.size());
        Waiting.until(
                READY, () -> !client.cluster().status().view().layout().nodes().contains(lost));
    }

    /** Asks the nodes; a lost one does not answer. */
    @Override
    public boolean hasTwoCopies(String name) {
        FilePlacement placement = client.replicas().where(path(name));
        Set<NodeId> living = new HashSet<>();
        for (int number = 0; number < nodes.size(); number++) {
            living.add(new NodeId(number));
        }
        return placement.chunks().stream()
                .allMatch(
                        chunk -> chunk.nodes().stream().filter(living::contains).count() >= REPLICAS);
    }

    @Override
    public boolean saysWhenNothingIsOwed() {
        return true;
    }

    @Override
    public boolean nothingIsOwed() {
        Debt debt = client.cluster().debt();
        return debt.checked() && debt.owed() == 0;
    }

    @Override
    public void close() {
        client.close();
        nodes.forEach(Daemon::kill);
        Workplace.makeRoom(folder);
    }
}
