package io.trivet.cli.files;

import io.trivet.cli.remote.ClusterCommand;
import io.trivet.cli.remote.FileSelection;
import io.trivet.cli.remote.GlobPattern;
import io.trivet.cli.remote.RemoteName;
import io.trivet.cli.remote.RemoteWalk;
import io.trivet.cli.remote.Remotes;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.Text;
import io.trivet.cli.text.WrongValue;
import io.trivet.client.TrivetClient;
import io.trivet.model.NameEntry;
import io.trivet.model.RemotePath;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code trivet find}. */
@Command(name = "find", sortOptions = false, header = "Finds files and directories by name, kind and size.")
public final class FindCommand extends ClusterCommand {
    private static final int LOOK_UP_EVERY = 1000;

    @Option(
            names = "--name",
            paramLabel = "GLOB",
            description = "Whose name fits, or whose path below PATH if the GLOB has a slash: *.csv, logs/**.")
    @Nullable
    String name;

    /** As written on the command line. */
    enum Kind {
        f,
        d,
        l
    }

    @Option(
            names = "--type",
            paramLabel = "f|d|l",
            description = "Only files, only directories, or only symbolic links.")
    @Nullable
    Kind type;

    @Option(
            names = "--larger",
            paramLabel = "SIZE",
            converter = Size.class,
            description = "Only files of more than this: 1000, 10K, 500MiB, 2G.")
    @Nullable
    Long larger;

    @Option(
            names = "--smaller",
            paramLabel = "SIZE",
            converter = Size.class,
            description = "Only files of less than this.")
    @Nullable
    Long smaller;

    @Option(
            names = {"-0", "--null"},
            description = "End each path with a zero byte instead of a new line, for xargs -0.")
    boolean zero;

    @Option(
            names = "--json",
            description =
                    "As JSON, a line each: {\"path\",\"name\",\"type\",\"size\",\"modified\",\"crc32c\",\"owner\",\"mode\"}.")
    boolean json;

    @Parameters(arity = "0..1", paramLabel = "PATH", description = "Where to look; / without.")
    String path = "/";

    public FindCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    protected void check() {
        if (name != null) {
            GlobPattern.parse(name);
        }
    }

    @Override
    protected int run(TrivetClient client) {
        RemotePath root = RemoteName.path(path);
        GlobPattern globPattern = name == null ? null : GlobPattern.parse(name);
        int[] lines = {0};
        int prefix = root.isRoot() ? 1 : root.toString().length() + 1;
        RemoteWalk.below(client, root, FileSelection.ALL, (found, nameEntry) -> {
            if (fits(nameEntry)
                    && (globPattern == null
                            || globPattern.matches(found.toString().substring(prefix)))) {
                tell(found, nameEntry);
                return ++lines[0] % LOOK_UP_EVERY != 0
                        || console.out().failure().isEmpty();
            }
            return true;
        });
        return ExitCode.DONE;
    }

    private boolean fits(NameEntry nameEntry) {
        return switch (nameEntry) {
            case NameEntry.Directory _ -> (type == null || type == Kind.d) && larger == null && smaller == null;
            case NameEntry.Link _ -> (type == null || type == Kind.l) && larger == null && smaller == null;
            case NameEntry.File file ->
                (type == null || type == Kind.f)
                        && (larger == null || file.record().size() > larger)
                        && (smaller == null || file.record().size() < smaller);
        };
    }

    private void tell(RemotePath found, NameEntry nameEntry) {
        if (json) {
            console.say(ListCommand.json(nameEntry).put("path", found.toString()));
        } else if (zero) {
            console.out().text().print(found + "\0");
        } else {
            console.say(console.name(found.toString()));
        }
    }

    /** {@code 1000}, {@code 10K}, {@code 500MiB}: binary units. */
    static final class Size implements ITypeConverter<Long> {
        private static final Pattern WRITTEN = Pattern.compile("(\\d{1,15})\\s*([KMGT]?)(?:I?B)?");

        @Override
        public Long convert(String text) {
            Matcher matcher = WRITTEN.matcher(text.toUpperCase(Locale.ROOT));
            if (!matcher.matches()) {
                throw new WrongValue(Text.of("{0} is not a size: write 1000, 10K, 500MiB or 2G", text));
            }
            int power = " KMGT".indexOf(matcher.group(2).isEmpty() ? " " : matcher.group(2));
            return Math.multiplyExact(Long.parseLong(matcher.group(1)), 1L << (10 * power));
        }
    }
}
