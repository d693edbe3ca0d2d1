package io.trivet.cli.web;

import io.trivet.cli.remote.AddressConverter;
import io.trivet.cli.remote.ClusterCommand;
import io.trivet.cli.remote.Remotes;
import io.trivet.cli.remote.StateDirectory;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.CommandFailure;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.Text;
import io.trivet.client.TrivetClient;
import io.trivet.model.Address;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code trivet console}. */
@Command(
        name = "console",
        sortOptions = false,
        header = "Serves pages for a browser until it is ended.",
        description = {
            "",
            "The pages show how the cluster is, its nodes and files, the trash and the users, and can change them. Whoever logs in acts as the user of the"
                    + " profile. It listens on loopback only. A line that begins with \"ready\" says that it serves; the next one is a link that logs in"
                    + " once, within ten minutes. For another one, in another terminal:",
            "",
            "  trivet console --link",
            ""
        })
public final class WebConsoleCommand extends ClusterCommand {
    private static final String DEFAULT_LISTEN = "127.0.0.1:7790";

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            converter = AddressConverter.class,
            defaultValue = DEFAULT_LISTEN,
            description = "Where it listens, on loopback; ${DEFAULT-VALUE} without.")
    Address listen = WebConsole.USUAL;

    @Option(
            names = "--link",
            description = "Print a new link to the console that runs there, and serve nothing. Asks no node.")
    boolean link;

    public WebConsoleCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    public Integer call() throws IOException, CommandFailure {
        return link ? printLink() : super.call();
    }

    private int printLink() throws IOException, CommandFailure {
        Path state = StateDirectory.of(console).orElseThrow(() -> notRunning(listen));
        console.say(Text.plain(WebConsole.loginLink(state, listen).orElseThrow(() -> notRunning(listen))));
        return ExitCode.DONE;
    }

    private static CommandFailure notRunning(Address listen) {
        return new CommandFailure(Text.of(
                "no console of this user runs at {0}: `trivet console` starts one, {1} names another address",
                listen, "--listen"));
    }

    @Override
    protected int run(TrivetClient client) throws IOException, CommandFailure {
        Optional<Path> state = StateDirectory.of(console);
        String user = remote().own().user().orElse("");
        try (WebConsole pages = WebConsole.start(Optional.of(listen), client, user, state)) {
            Thread stop = new Thread(pages::close, "shutdown");
            Runtime.getRuntime().addShutdownHook(stop);
            console.say(Text.of("ready: console at http://{0}/ as {1}", pages.address(), user));
            console.say(Text.of("log in once: {0}", pages.loginLink()));
            console.flush();
            new CountDownLatch(1).await(); // ended by a signal, whose hook closes it
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new CommandFailure(Text.of("interrupted"));
    }
}
