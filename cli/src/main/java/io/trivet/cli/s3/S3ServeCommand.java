package io.trivet.cli.s3;

import ch.qos.logback.classic.Level;
import io.trivet.cli.remote.AddressConverter;
import io.trivet.cli.remote.CommandGroup;
import io.trivet.cli.remote.RemoteName;
import io.trivet.cli.remote.SecurityProviders;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.terminal.Logs;
import io.trivet.cli.text.CommandFailure;
import io.trivet.cli.text.ErrorMessage;
import io.trivet.cli.text.Text;
import io.trivet.cli.text.WrongUsage;
import io.trivet.client.Profile;
import io.trivet.gateway.CertificateFiles;
import io.trivet.gateway.GatewayOptions;
import io.trivet.gateway.KnownUsers;
import io.trivet.gateway.S3Gateway;
import io.trivet.model.Address;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code trivet s3 serve}. */
@Command(
        name = "serve",
        sortOptions = false,
        header = "Serves the files by S3 until it is ended.",
        description = {
            "",
            "Whoever signs with the secret of the profile's user comes in as that user, and may do what that user may."
                    + " A line that begins with \"ready\" says that it serves; then, in another terminal:",
            "",
            "  eval \"$(trivet s3 env)\"",
            "  aws s3 mb s3://photos",
            "  aws s3 cp big.bin s3://photos/",
            "  trivet ls /photos",
            "",
            "It keeps nothing of its own: any number of them may serve the same files, and one that died is started"
                    + " again.",
            ""
        })
public final class S3ServeCommand implements Callable<Integer> {
    /** The port that S3 servers of one's own usually have. */
    static final String DEFAULT_LISTEN = "127.0.0.1:9000";

    private static final long LOOK_SECONDS = 60;

    private final Console console;

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            converter = AddressConverter.class,
            defaultValue = DEFAULT_LISTEN,
            description = "Where it listens; ${DEFAULT-VALUE} without.")
    Address listen = Address.parse(DEFAULT_LISTEN);

    @Option(
            names = "--root",
            paramLabel = "PATH",
            defaultValue = "/",
            description = "The directory whose directories are the buckets; ${DEFAULT-VALUE} without.")
    String root = "/";

    @Option(
            names = "--user",
            paramLabel = "PROFILE",
            description =
                    "The profile of one more user who may come; may be given several times. Each does what that user"
                            + " may.")
    List<String> users = new ArrayList<>();

    @Option(
            names = "--certificate",
            paramLabel = "FILE",
            description = "Speak TLS with this certificate: PEM, the server's own first. It is read again when the file"
                    + " changes.")
    @Nullable
    String certificate;

    @Option(
            names = "--key",
            paramLabel = "FILE",
            description = "The key of the certificate: PEM of PKCS #8, not encrypted.")
    @Nullable
    String key;

    @Option(
            names = "--metrics",
            paramLabel = "HOST:PORT",
            converter = AddressConverter.class,
            description = "Serve figures for Prometheus there, at /metrics, in plain HTTP.")
    @Nullable
    Address metrics;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    boolean help;

    @ParentCommand
    @Nullable
    CommandGroup parent;

    public S3ServeCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException, CommandFailure {
        if ((certificate == null) != (key == null)) {
            throw new WrongUsage(Text.of("{0} and {1} must be given together", "--certificate", "--key"));
        }
        SecurityProviders.leaveOutUnused();
        SecurityProviders.preferNative();
        Logs.toStandardError(new Logs.Settings(false, Level.INFO, Level.INFO));
        List<Profile> profiles = new ArrayList<>();
        List<Address> seeds = parent == null ? null : parent.seeds();
        Profile own = S3Profile.find(console, seeds == null ? List.of() : seeds).profile();
        S3Profile.account(own);
        profiles.add(own);
        for (String user : users) {
            Profile more = Profile.read(console.local(user));
            S3Profile.account(more);
            profiles.add(more);
        }
        GatewayOptions served = new GatewayOptions(listen, RemoteName.path(root));
        GatewayOptions plain = metrics == null ? served : served.withMetrics(metrics);
        try (KnownUsers known = KnownUsers.of(profiles);
                S3Gateway gateway = S3Gateway.start(
                        certificate == null || key == null
                                ? plain
                                : plain.with(new CertificateFiles(console.local(certificate), console.local(key))),
                        known,
                        known)) {
            Runtime.getRuntime().addShutdownHook(new Thread(gateway::close, "shutdown"));
            warn();
            console.say(Text.of("ready: S3 at {0}, the buckets are the directories of {1}", gateway.endpoint(), root));
            console.flush();
            serve(gateway);
        }
        throw new CommandFailure(Text.of("interrupted"));
    }

    /** Then names and contents can be read on the way: signatures only keep others from changing them. */
    private void warn() {
        try {
            if (certificate == null && !InetAddress.getByName(listen.host()).isLoopbackAddress()) {
                console.complain(Text.of(
                        "Plain HTTP: others on the network can read the traffic; use {0} and {1} for TLS",
                        "--certificate", "--key"));
            }
        } catch (UnknownHostException _) {
            return; // it listens there, so it is some name of this machine
        }
    }

    /** Ended by a signal, whose hook closes it. */
    private void serve(S3Gateway gateway) {
        CountDownLatch never = new CountDownLatch(1);
        try {
            while (!never.await(LOOK_SECONDS, TimeUnit.SECONDS)) {
                renew(gateway);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void renew(S3Gateway gateway) {
        try {
            if (gateway.renewCertificateIfChanged()) {
                console.complain(Text.of("the certificate was read again: {0}", String.valueOf(certificate)));
            }
        } catch (IOException e) {
            console.complain(Text.of("{0}: still using the previous certificate", ErrorMessage.reason(e)));
        }
    }
}
