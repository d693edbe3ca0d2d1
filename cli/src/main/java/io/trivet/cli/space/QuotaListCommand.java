package io.trivet.cli.space;

import io.trivet.cli.remote.ClusterCommand;
import io.trivet.cli.remote.RemoteName;
import io.trivet.cli.remote.Remotes;
import io.trivet.cli.remote.SizeOption;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.Json;
import io.trivet.cli.text.LimitText;
import io.trivet.cli.text.Text;
import io.trivet.client.TrivetClient;
import io.trivet.model.QueryResult;
import io.trivet.model.Quota;
import io.trivet.model.QuotaUse;
import io.trivet.model.RemotePath;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code trivet quota list}. */
@Command(
        name = "list",
        sortOptions = false,
        header = "Lists the quotas and what is in use of each.",
        description = {
            "",
            "Those of directories where you may do something, of directories above them, and of directories below.",
            ""
        })
public final class QuotaListCommand extends ClusterCommand {
    @Parameters(arity = "0..1", paramLabel = "DIR", description = "Only those at this directory and below.")
    String directory = "/";

    @Option(
            names = "--json",
            description =
                    "As JSON, an object a line: {\"directory\",\"usedBytes\",\"quotaBytes\",\"usedFiles\",\"quotaFiles\"}; null where there is no limit.")
    boolean json;

    @Mixin
    SizeOption sizes = new SizeOption();

    public QuotaListCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    protected int run(TrivetClient client) {
        QueryResult.Quotas all = client.quotas().list();
        RemotePath top = RemoteName.path(directory);
        List<QuotaUse> found = sorted(all).stream()
                .filter(use -> use.directory().startsWith(top))
                .toList();
        if (json) {
            found.forEach(use -> console.say(json(use)));
            return ExitCode.DONE;
        }
        if (found.isEmpty()) {
            console.say(Text.of("there is no quota"));
        } else {
            table(found);
        }
        if (all.counting()) {
            console.say(counting());
        }
        return ExitCode.DONE;
    }

    private void table(List<QuotaUse> found) {
        List<Text> rows = new ArrayList<>();
        rows.add(row(Text.of("used"), Text.of("quota"), Text.of("files"), Text.of("quota"), Text.of("directory")));
        found.forEach(use -> rows.add(row(
                sizes.text(use.usedBytes()),
                use.quota().bytes() == Quota.NO_LIMIT
                        ? "-"
                        : sizes.text(use.quota().bytes()),
                use.usedFiles(),
                use.quota().files() == Quota.NO_LIMIT ? "-" : use.quota().files(),
                console.name(use.directory().toString()))));
        console.table(rows);
    }

    private static Text row(Object used, Object quota, Object files, Object most, Object directory) {
        return Text.row("%11s %11s %11s %11s  %s", used, quota, files, most, directory);
    }

    /** Sorted by path. */
    static List<QuotaUse> sorted(QueryResult.Quotas all) {
        return all.quotas().stream()
                .sorted(Comparator.comparing(use -> use.directory().toString()))
                .toList();
    }

    static Text counting() {
        return Text.of(
                "files that were there before the first quota are still being counted: more is in use than this");
    }

    static Json json(QuotaUse use) {
        return new Json()
                .put("directory", use.directory().toString())
                .put("usedBytes", use.usedBytes())
                .put("quotaBytes", LimitText.json(use.quota().bytes()))
                .put("usedFiles", use.usedFiles())
                .put("quotaFiles", LimitText.json(use.quota().files()));
    }

    /** For {@code df} and {@code du}. */
    static Text line(QuotaUse use, SizeOption sizes, Object name) {
        Object bytes = sizes.text(use.usedBytes());
        Quota quota = use.quota();
        if (quota.bytes() == Quota.NO_LIMIT) {
            return Text.of("quota of {0}: {1} of {2} files and directories", name, use.usedFiles(), quota.files());
        }
        if (quota.files() == Quota.NO_LIMIT) {
            return Text.of("quota of {0}: {1} of {2}", name, bytes, sizes.text(quota.bytes()));
        }
        return Text.of(
                "quota of {0}: {1} of {2}, {3} of {4} files and directories",
                name, bytes, sizes.text(quota.bytes()), use.usedFiles(), quota.files());
    }
}
