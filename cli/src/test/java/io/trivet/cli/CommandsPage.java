package io.trivet.cli;

import io.trivet.cli.remote.GroupCommand;
import io.trivet.cli.shell.CompletionCommand;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * Generates {@code docs/reference/commands.md}: every command with its options, from the commands'
 * own helps.
 */
final class CommandsPage {
    private static final String HEAD = """
            # Commands

            <!-- Made from the commands themselves; a test fails when it is stale, and writes it anew with -Dtrivet.pages=write. -->

            What `trivet COMMAND --help` says, in one page. Every command takes `--lang en` or `--lang zh` and `--help`. Exit codes: 0 done; 1 the operation failed (one line
            on standard error says what, which, what to do); 2 wrong usage.

            """;
    private static final String ASKING = """

            Those that ask a cluster take these as well:

            """;

    /** Said once, above. */
    private static final List<String> OF_EVERY_COMMAND = List.of("--help", "--lang", "--cluster", "--verbose");

    private CommandsPage() {}

    static String text(CommandLine root) {
        Map<String, CommandLine> commands = new LinkedHashMap<>();
        root.getSubcommands().values().forEach(command -> add(command, commands));
        StringBuilder page = new StringBuilder(HEAD);
        page.append("| command | |\n|---|---|\n");
        commands.forEach((name, command) -> page.append("| [")
                .append(name)
                .append("](#")
                .append(name.replace(' ', '-'))
                .append(") | ")
                .append(cell(CompletionCommand.header(command.getCommandSpec())))
                .append(" |\n"));
        page.append(ASKING);
        options(
                page,
                commands.get("ls").getCommandSpec().options().stream()
                        .filter(option -> List.of("--cluster", "--verbose").contains(option.longestName()))
                        .toList());
        commands.forEach((name, command) -> command(page, name, command));
        return page.toString();
    }

    private static void add(CommandLine command, Map<String, CommandLine> commands) {
        CommandSpec spec = command.getCommandSpec();
        if (!spec.usageMessage().hidden()) {
            commands.put(spec.qualifiedName(" ").substring("trivet ".length()), command);
            command.getSubcommands().values().forEach(below -> add(below, commands));
        }
    }

    private static void command(StringBuilder page, String name, CommandLine command) {
        CommandSpec spec = command.getCommandSpec();
        page.append("\n## ").append(name).append("\n\n");
        page.append(CompletionCommand.header(spec)).append("\n\n");
        page.append("usage: `").append(synopsis(name, spec)).append("`\n");
        List<String> said = Arrays.stream(spec.usageMessage().description())
                .map(line -> Ansi.OFF.string(line).replace("%n", " "))
                .toList();
        describe(page, said);
        List<OptionSpec> own = spec.options().stream()
                .filter(option -> !option.hidden() && !OF_EVERY_COMMAND.contains(option.longestName()))
                .toList();
        if (!own.isEmpty() || !spec.positionalParameters().isEmpty()) {
            page.append("\n| | |\n|---|---|\n");
            for (PositionalParamSpec parameter : spec.positionalParameters()) {
                row(page, parameter.paramLabel(), parameter.description());
            }
            options(own).forEach((term, meaning) -> row(page, term, meaning));
        }
    }

    /** The words in their order, without the options, which are below. */
    private static String synopsis(String name, CommandSpec spec) {
        List<String> words = new ArrayList<>(List.of(name));
        for (PositionalParamSpec parameter : spec.positionalParameters()) {
            String label =
                    parameter.paramLabel() + (parameter.arity().max() > 1 && !parameter.hideParamSyntax() ? "..." : "");
            words.add(parameter.arity().min() == 0 ? "[" + label + "]" : label);
        }
        if (!spec.subcommands().isEmpty()) {
            words.add(spec.userObject() instanceof GroupCommand ? "COMMAND" : "[COMMAND]");
        }
        return String.join(" ", words);
    }

    /** Indented lines are examples and stay as they are. */
    private static void describe(StringBuilder page, List<String> lines) {
        boolean example = false;
        for (String line : lines) {
            boolean indented = line.startsWith(" ");
            if (indented != example) {
                page.append(indented ? "\n```\n" : "```\n");
            } else if (!indented && !line.isBlank()) {
                page.append('\n');
            }
            example = indented;
            if (!line.isBlank()) {
                page.append(line).append('\n');
            }
        }
        page.append(example ? "```\n" : "");
    }

    private static Map<String, String[]> options(List<OptionSpec> options) {
        Map<String, String[]> terms = new LinkedHashMap<>();
        for (OptionSpec option : options) {
            String value = option.arity().max() > 0 ? " " + option.paramLabel() : "";
            terms.put(String.join(", ", option.names()) + value, option.description());
        }
        return terms;
    }

    private static void options(StringBuilder page, List<OptionSpec> options) {
        page.append("| | |\n|---|---|\n");
        options(options).forEach((term, meaning) -> row(page, term, meaning));
    }

    private static void row(StringBuilder page, String term, String[] meaning) {
        page.append("| `").append(cell(term)).append("` | ");
        page.append(cell(Arrays.stream(meaning)
                .map(line -> Ansi.OFF.string(line).replace("%n", " ").replace("%%", "%"))
                .collect(Collectors.joining(" "))
                .replace("*", "\\*")));
        page.append(" |\n");
    }

    private static String cell(String text) {
        return text.replace("|", "\\|").strip();
    }
}
