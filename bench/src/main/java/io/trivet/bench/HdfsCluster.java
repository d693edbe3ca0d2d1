package io.trivet.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A NameNode, DataNodes and a client, each as a process. Differences from the defaults: two
 * replicas, blocks of 50 MiB, ports, and a silent DataNode is considered lost after half a minute
 * instead of ten, which does not affect the figures, since they begin after that.
 */
final class HdfsCluster implements Cluster {
    private static final Duration READY = Duration.ofMinutes(1);
    private static final Duration GIVEN_UP = Duration.ofMinutes(2);
    private static final int BLOCK_BYTES = 50 << 20;
    private static final int REPLICAS = 2;
    private static final int NAME_PORTS = 20;
    private static final int DATA_PORTS = 30;
    private static final int PORTS_EACH = 3;
    private static final String DAEMON = "org.apache.hadoop.hdfs.server.";

    private static final String LOGGING = """
            log4j.rootLogger=WARN,out
            log4j.appender.out=org.apache.log4j.ConsoleAppender
            log4j.appender.out.target=System.err
            log4j.appender.out.layout=org.apache.log4j.SimpleLayout
            """;

    private final Workplace place;
    private final Program program;
    private final boolean durable;
    private final Path folder;
    private final List<Daemon> dataNodes = new ArrayList<>();
    private final Daemon nameNode;
    private final PeerClientProcess client;

    /** The folder of Hadoop and our client, and the Java that runs them. */
    record Program(Path java, Path built) {
        List<String> command(Path configuration, String main, String... arguments) {
            List<String> command = new ArrayList<>(List.of(
                    java.toString(),
                    "-Djava.net.preferIPv4Stack=true",
                    "-cp",
                    configuration + ":" + built.resolve("*") + ":" + built.resolve("lib/*"),
                    main));
            command.addAll(List.of(arguments));
            return command;
        }
    }

    private HdfsCluster(Workplace place, Program program, boolean durable, int servers) throws IOException {
        this.place = place;
        this.program = program;
        this.durable = durable;
        this.folder = place.newFolder("hdfs");
        Path names = configure("name", Map.of());
        Tool.run(program.command(names, DAEMON + "namenode.NameNode", "-format", "-nonInteractive"), Map.of());
        this.nameNode =
                Daemon.start(place, "name", folder, program.command(names, DAEMON + "namenode.NameNode"), Map.of());
        for (int number = 0; number < servers; number++) {
            Path configuration = configure("data" + number, dataNode(number));
            dataNodes.add(Daemon.start(
                    place,
                    "data" + number,
                    folder,
                    program.command(configuration, DAEMON + "datanode.DataNode"),
                    Map.of()));
        }
        this.client = PeerClientProcess.start(
                place,
                folder.resolve("client.log"),
                program.command(configure("client", Map.of()), "io.trivet.bench.hdfs.HdfsClient"));
    }

    /** On return all DataNodes have registered with the NameNode. */
    static HdfsCluster start(Workplace place, Program program, boolean durable, int servers) throws IOException {
        HdfsCluster cluster = new HdfsCluster(place, program, durable, servers);
        try {
            Waiting.until(READY, () -> cluster.countsLive() == servers);
            return cluster;
        } catch (IOException | RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    /** While the NameNode starts, the count is not available. */
    private int countsLive() {
        try {
            return client.ask("live");
        } catch (IOException _) {
            return 0;
        }
    }

    private Map<String, String> dataNode(int number) {
        int port = DATA_PORTS + PORTS_EACH * number;
        return Map.of(
                "dfs.datanode.data.dir", data(number).toUri().toString(),
                "dfs.datanode.address", address(port),
                "dfs.datanode.http.address", address(port + 1),
                "dfs.datanode.ipc.address", address(port + 2));
    }

    private Path data(int number) {
        return folder.resolve("disk" + number);
    }

    private String address(int port) {
        return "127.0.0.1:" + place.port(port);
    }

    private Path configure(String name, Map<String, String> more) throws IOException {
        Map<String, String> all = new LinkedHashMap<>(Map.of(
                "fs.defaultFS", "hdfs://" + address(NAME_PORTS),
                "dfs.namenode.http-address", address(NAME_PORTS + 1),
                "dfs.namenode.name.dir", folder.resolve("names").toUri().toString(),
                "dfs.namenode.heartbeat.recheck-interval", "1000",
                "dfs.replication", Integer.toString(REPLICAS),
                "dfs.blocksize", Integer.toString(BLOCK_BYTES)));
        all.putAll(more);
        StringBuilder properties = new StringBuilder("<configuration>\n");
        all.forEach((key, value) -> properties
                .append("<property><name>")
                .append(key)
                .append("</name><value>")
                .append(value)
                .append("</value></property>\n"));
        Path configuration = Files.createDirectories(folder.resolve("conf-" + name));
        // The pages of its web servers are not in the jars; without their folders no server starts.
        for (String pages : List.of("hdfs", "datanode", "static")) {
            Files.createDirectories(configuration.resolve("webapps").resolve(pages));
        }
        properties.append("</configuration>\n");
        // Settings of Hadoop are read from the first file, those for which HDFS has a default from
        // the second.
        Files.writeString(configuration.resolve("core-site.xml"), properties);
        Files.writeString(configuration.resolve("hdfs-site.xml"), properties);
        Files.writeString(configuration.resolve("log4j.properties"), LOGGING);
        return configuration;
    }

    @Override
    public int save(Batch batch) throws IOException {
        String request = request("save", batch);
        return client.ask(durable ? request + "\tdurably" : request);
    }

    @Override
    public int load(Batch batch) throws IOException {
        return client.ask(request("load", batch));
    }

    private static String request(String verb, Batch batch) {
        return String.join(
                "\t",
                verb,
                batch.local().toString(),
                batch.name(),
                Integer.toString(batch.files()),
                Integer.toString(batch.threads()),
                Long.toString(batch.limit().toMillis()));
    }

    /** Its shell has no option to sync. */
    @Override
    public List<String> saveCommand(Path source, String name) {
        return durable
                ? List.of()
                : program.command(
                        folder.resolve("conf-client"),
                        "org.apache.hadoop.fs.FsShell",
                        "-put",
                        source.toString(),
                        "/" + name);
    }

    @Override
    public List<Server> servers() {
        List<Server> all = new ArrayList<>(List.of(new Server("NameNode", nameNode.id(), folder.resolve("names"))));
        for (int number = 0; number < dataNodes.size(); number++) {
            all.add(new Server("DataNode", dataNodes.get(number).id(), data(number)));
        }
        return all;
    }

    @Override
    public List<Long> clients() {
        return List.of(client.id());
    }

    @Override
    public void lose() throws IOException {
        dataNodes.removeLast().kill();
        Waiting.until(GIVEN_UP, () -> client.ask("dead") == 1);
    }

    @Override
    public boolean hasTwoCopies(String name) throws IOException {
        return client.ask("copies\t" + name) >= REPLICAS;
    }

    @Override
    public void close() {
        client.close();
        dataNodes.forEach(Daemon::kill);
        nameNode.kill();
        Workplace.makeRoom(folder);
    }
}
