package io.trivet.cli.mount;

import io.trivet.cli.remote.ClusterCommand;
import io.trivet.cli.remote.RemoteName;
import io.trivet.cli.remote.Remotes;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.CommandFailure;
import io.trivet.cli.text.ErrorMessage;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.Text;
import io.trivet.cli.text.Units;
import io.trivet.cli.text.WrongUsage;
import io.trivet.client.ClientOptions;
import io.trivet.client.TrivetClient;
import io.trivet.model.RemotePath;
import io.trivet.mount.MountEvents;
import io.trivet.mount.MountOptions;
import io.trivet.mount.TrivetMount;
import io.trivet.mount.fuse.MountPoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code trivet mount}. */
@picocli.CommandLine.Command(
        name = "mount",
        sortOptions = false,
        header = "Mounts the files over a directory of this computer, until it is unmounted.",
        description = {
            "",
            "  mkdir ~/files",
            "  trivet mount ~/files",
            "",
            "A line that begins with \"ready\" says that it can be used; then, in another terminal:",
            "",
            "  cp big.bin ~/files/",
            "  trivet unmount ~/files",
            "",
            "What a program has written is saved when it closes the file or calls fsync: both return when the bytes are"
                    + " durable, or fail. Until then it is in the spool, a directory of this computer. Other clients see a"
                    + " file when it was closed. Only Linux; who is not root needs fusermount3 (package fuse3).",
            ""
        })
public final class MountCommand extends ClusterCommand {
    /** Files that are read at once before they wait for memory. */
    private static final int OPEN_FILES = 64;

    /** What a signal waits for, while files are saved. */
    private static final long SAVE_MINUTES = 10;

    @Option(names = "--background", description = "Return when it can be used, and go on in the background.")
    boolean background;

    @Option(names = "--read-only", description = "Refuse changes.")
    boolean readOnly;

    @Option(
            names = "--allow-other",
            description =
                    "Other users of this computer may use it too, as the permissions of each file say; the owner of all files"
                            + " is who mounts. In the cluster all of them act as the user of the profile.")
    boolean allowOther;

    @Option(
            names = "--attr-timeout",
            paramLabel = "TIME",
            defaultValue = "1s",
            description =
                    "How long names, sizes and times may be remembered; what other clients change is seen after it at the"
                            + " latest. ${DEFAULT-VALUE} without; 0s for not at all.")
    String attributeTime = "1s";

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "60s",
            description =
                    "How long a call waits for a cluster that does not answer before it fails with an input/output error;"
                            + " ${DEFAULT-VALUE} without.")
    String timeout = "60s";

    @Option(
            names = "--spool",
            paramLabel = "DIR",
            description =
                    "Where what is written is kept until it is saved; otherwise a directory in ~/.local/state/trivet.")
    @Nullable
    String spool;

    @Option(
            names = "--spool-limit",
            paramLabel = "SIZE",
            description =
                    "The most that files being written may have together; a write beyond it fails with \"no space left\"."
                            + " Half of what is free there without.")
    @Nullable
    String spoolLimit;

    @Option(
            names = "-o",
            split = ",",
            paramLabel = "OPTION",
            description = "As mount and fstab say it: ro, allow_other, uid=N, gid=N, and what holds anyway.")
    List<String> words = new ArrayList<>();

    @Parameters(
            arity = "1..2",
            paramLabel = "[/DIR] MOUNTPOINT",
            hideParamSyntax = true,
            description = "The directory of the cluster, all of it without; and the one of this computer.")
    List<String> paths = new ArrayList<>();

    @Spec
    @Nullable
    CommandSpec own;

    public MountCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    protected ClientOptions adjusted(ClientOptions usual) {
        return usual.withState(null).withPatience(time("--timeout", timeout)).withOpenFiles(OPEN_FILES);
    }

    @Override
    public Integer call() throws IOException, CommandFailure {
        return background ? goOnInBackground() : super.call();
    }

    @Override
    protected void check() throws IOException, CommandFailure {
        Optional<String> obstacle = MountPoint.obstacle();
        if (obstacle.isPresent() && MountPoint.user() == 0) {
            throw new CommandFailure(Text.of("nothing can be mounted here: {0}", obstacle.get()));
        }
        time("--attr-timeout", attributeTime);
        if (time("--timeout", timeout).isZero()) {
            throw new WrongUsage(Text.of("{0}: a cluster needs some time to answer", "--timeout"));
        }
        MountFlags.of(words);
    }

    private static Duration time(String option, String text) {
        try {
            return Units.time(text);
        } catch (IllegalArgumentException e) {
            throw new WrongUsage(Text.of("{0}: {1}", option, ErrorMessage.reason(e)));
        }
    }

    private RemotePath root() {
        return paths.size() == 1 ? RemotePath.ROOT : RemoteName.path(paths.getFirst());
    }

    private Path mountPoint() {
        return MountPoint.resolved(console.local(paths.getLast()));
    }

    @Override
    protected int run(TrivetClient client) throws IOException, CommandFailure {
        Path directory = mountPoint();
        if (MountPoint.at(directory).isEmpty() && !Files.isDirectory(directory)) {
            throw new CommandFailure(Text.of("{0} is not a directory: make it first", directory));
        }
        Optional<MountRecord> record = MountRecord.of(console, directory);
        if (record.isPresent()) {
            record.get().make();
        }
        CountDownLatch saved = new CountDownLatch(1);
        TrivetMount mount = TrivetMount.start(client, options(record), directory, new Told());
        try {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> end(mount, saved), "shutdown"));
            if (record.isPresent()) {
                record.get().begin();
            }
            console.say(Text.of("ready: {0} of the cluster is mounted at {1}", root(), directory));
            console.flush();
            mount.awaitEnd();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            if (record.isPresent()) {
                record.get().end();
            }
            saved.countDown();
        }
        return ExitCode.DONE;
    }

    /** By a signal: unmounts, and waits until the files that were open are saved. */
    private void end(TrivetMount mount, CountDownLatch saved) {
        try {
            mount.close();
            if (!mount.isCutOff() && !saved.await(SAVE_MINUTES, TimeUnit.MINUTES)) {
                console.complain(Text.of("not everything was saved in {0} minutes", SAVE_MINUTES));
            }
        } catch (IOException e) {
            console.complain(ErrorMessage.about(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private MountOptions options(Optional<MountRecord> record) throws IOException, CommandFailure {
        MountFlags flags = MountFlags.of(words);
        Path directory = spool == null
                ? record.map(MountRecord::spool)
                        .orElseThrow(() -> new CommandFailure(Text.of(
                                "this account has no home: name a directory for the spool with {0}", "--spool")))
                : console.local(spool);
        return new MountOptions(
                root(),
                "trivet:" + root(),
                directory,
                limit(directory),
                time("--attr-timeout", attributeTime),
                readOnly || flags.readOnly(),
                allowOther || flags.allowOther(),
                flags.user() == null ? MountPoint.user() : flags.user(),
                flags.group() == null ? MountPoint.group() : flags.group(),
                MountOptions.USUAL_THREADS);
    }

    private long limit(Path directory) throws IOException {
        if (spoolLimit != null) {
            try {
                return Units.bytes(spoolLimit);
            } catch (IllegalArgumentException e) {
                throw new WrongUsage(Text.of("{0}: {1}", "--spool-limit", ErrorMessage.reason(e)));
            }
        }
        Path there = directory.toAbsolutePath();
        while (!Files.exists(there)) {
            there = Objects.requireNonNull(there.getParent());
        }
        return Files.getFileStore(there).getUsableSpace() / 2;
    }

    private int goOnInBackground() throws IOException, CommandFailure {
        check();
        Path directory = mountPoint();
        MountRecord record = MountRecord.of(console, directory)
                .orElseThrow(() ->
                        new CommandFailure(Text.of("this account has no home, where {0} keeps a log", "--background")));
        record.make();
        List<String> arguments =
                Objects.requireNonNull(own).root().commandLine().getParseResult().originalArgs().stream()
                        .filter(word -> !word.equals("--background"))
                        .toList();
        return new BackgroundMount(console, record, arguments).start();
    }

    private final class Told implements MountEvents {
        private static final long REPEAT_SECONDS = 60;

        private String last = "";
        private long lastNanos;

        @Override
        public void notSaved(RemotePath file, Path kept, Exception why) {
            console.complain(Text.of(
                    "{0} was not saved: {1}; what was written is in {2}", file, ErrorMessage.reason(why), kept));
        }

        /** The same failure once a minute: while a cluster is away every call has it. */
        @Override
        public synchronized void failed(String request, Throwable why) {
            long now = System.nanoTime();
            String what = String.valueOf(why.getMessage());
            if (what.equals(last) && now - lastNanos < TimeUnit.SECONDS.toNanos(REPEAT_SECONDS)) {
                return;
            }
            last = what;
            lastNanos = now;
            console.complain(Text.of("{0} failed: {1}", request, ErrorMessage.reason(why)));
        }
    }
}
