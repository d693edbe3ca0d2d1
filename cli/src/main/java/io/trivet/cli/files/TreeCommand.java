package io.trivet.cli.files;

import io.trivet.cli.remote.ClusterCommand;
import io.trivet.cli.remote.RemoteName;
import io.trivet.cli.remote.Remotes;
import io.trivet.cli.remote.SizeOption;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.Text;
import io.trivet.cli.text.WrongUsage;
import io.trivet.client.TrivetClient;
import io.trivet.model.NameEntry;
import io.trivet.model.RemotePath;
import java.util.Iterator;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code trivet tree}. */
@Command(name = "tree", sortOptions = false, header = "Draws what is below a directory.")
public final class TreeCommand extends ClusterCommand {
    /** The greatest depth that can be drawn; a path's length bounds the nesting. */
    private static final int MAX_DEPTH = 1000;

    @Option(
            names = {"-L", "--level"},
            paramLabel = "N",
            description = "At most so many levels deep.")
    int levels = MAX_DEPTH;

    @Option(
            names = {"-s", "--size"},
            description = "With the sizes of files.")
    boolean withSizes;

    @Mixin
    SizeOption sizes = new SizeOption();

    @Parameters(arity = "0..1", paramLabel = "PATH", description = "Where to begin; / without.")
    String path = "/";

    private long files;
    private long directories;

    public TreeCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    protected void check() {
        if (levels < 1 || levels > MAX_DEPTH) {
            throw new WrongUsage(Text.of("{0} goes from {1} to {2}, not {3}", "-L", 1, MAX_DEPTH, levels));
        }
    }

    @Override
    protected int run(TrivetClient client) {
        RemotePath root = RemoteName.path(path);
        files = 0;
        directories = 0;
        Iterable<NameEntry> entries = client.list(root);
        console.say(console.name(root.toString()));
        draw(client, root, entries, "", levels);
        console.say(Text.plain(""));
        console.say(Text.list(List.of(Text.count(directories, "directory"), Text.count(files, "file"))));
        return ExitCode.DONE;
    }

    private void draw(TrivetClient client, RemotePath directory, Iterable<NameEntry> entries, String indent, int left) {
        Iterator<NameEntry> each = entries.iterator();
        while (each.hasNext() && console.out().failure().isEmpty()) {
            NameEntry nameEntry = each.next();
            boolean last = !each.hasNext();
            String branch = indent + (last ? "\u2514\u2500\u2500 " : "\u251c\u2500\u2500 ");
            switch (nameEntry) {
                case NameEntry.File file -> {
                    files++;
                    String size = withSizes ? "  (" + sizes.text(file.record().size()) + ")" : "";
                    console.say(Text.joined(branch, console.name(file.name()), size));
                }
                case NameEntry.Link link -> {
                    files++;
                    Text target = LinkTargets.of(client, directory.resolve(link.name()))
                            .<Text>map(to -> Text.joined(" -> ", console.name(to)))
                            .orElse(Text.plain(""));
                    console.say(Text.joined(branch, console.name(link.name()), target));
                }
                case NameEntry.Directory below -> {
                    directories++;
                    console.say(Text.joined(branch, console.name(below.name()), "/"));
                    if (left > 1) {
                        RemotePath inside = directory.resolve(below.name());
                        draw(client, inside, client.list(inside), indent + (last ? "    " : "\u2502   "), left - 1);
                    }
                }
            }
        }
    }
}
