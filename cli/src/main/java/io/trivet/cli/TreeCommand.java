package io.trivet.cli;

import io.trivet.model.Entry;
import io.trivet.model.RemotePath;
import java.util.Iterator;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code trivet tree}. */
@Command(name = "tree", sortOptions = false, header = "Draws what is below a directory.")
final class TreeCommand extends ClusterCommand {
    /** So deep may a tree be drawn; names cannot nest deeper than a path is long. */
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

    TreeCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    void check() {
        if (levels < 1 || levels > MAX_DEPTH) {
            throw new WrongUsage(Text.of("{0} goes from {1} to {2}, not {3}", "-L", 1, MAX_DEPTH, levels));
        }
    }

    @Override
    int run(Remote remote) {
        RemotePath root = RemoteName.path(path);
        files = 0;
        directories = 0;
        Iterable<Entry> entries = remote.list(root);
        console.say(console.name(root.toString()));
        draw(remote, root, entries, "", levels);
        console.say(Text.plain(""));
        console.say(Text.list(List.of(Text.count(directories, "directory"), Text.count(files, "file"))));
        return Program.DONE;
    }

    private void draw(Remote remote, RemotePath directory, Iterable<Entry> entries, String indent, int left) {
        Iterator<Entry> each = entries.iterator();
        while (each.hasNext() && console.out().failure().isEmpty()) {
            Entry entry = each.next();
            boolean last = !each.hasNext();
            String branch = indent + (last ? "\u2514\u2500\u2500 " : "\u251c\u2500\u2500 ");
            switch (entry) {
                case Entry.File file -> {
                    files++;
                    String size = withSizes ? "  (" + sizes.text(file.record().size()) + ")" : "";
                    console.say(Text.joined(branch, console.name(file.name()), size));
                }
                case Entry.Directory below -> {
                    directories++;
                    console.say(Text.joined(branch, console.name(below.name()), "/"));
                    if (left > 1) {
                        RemotePath inside = directory.resolve(below.name());
                        draw(remote, inside, remote.list(inside), indent + (last ? "    " : "\u2502   "), left - 1);
                    }
                }
            }
        }
    }
}
