package io.trivet.cli.shell;

import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Parameters;

/**
 * {@code trivet man-pages}: generates a manual page for every command from its help, for packages.
 *
 * <p>The pages are in the language of man(7): {@code .TH} begins a page, {@code .SH} a section,
 * {@code .TP} an option; lines that would begin with a dot are escaped.
 */
@Command(name = "man-pages", hidden = true, header = "Writes a manual page for every command into a directory.")
public final class ManualCommand implements Callable<Integer> {
    /** man wraps lines itself. */
    private static final int ONE_LINE = 10_000;

    private final Console console;

    @Parameters(index = "0", paramLabel = "DIR", description = "Where to; made if needed.")
    String directory = "";

    private final Supplier<CommandLine> commands;

    /** {@code commands}: all commands, with their helps in English. */
    public ManualCommand(Console console, Supplier<CommandLine> commands) {
        this.console = console;
        this.commands = commands;
    }

    @Override
    public Integer call() throws IOException {
        Path target = console.local(directory);
        Files.createDirectories(target);
        Map<String, String> pages = pages(commands.get());
        for (Map.Entry<String, String> page : pages.entrySet()) {
            Files.writeString(target.resolve(page.getKey()), page.getValue());
        }
        console.say(Text.of("wrote {0} to {1}", Text.count(pages.size(), "page"), target));
        return ExitCode.DONE;
    }

    /**
     * The pages by file name: {@code trivet.1}, {@code trivet-save.1}, {@code
     * trivet-namespace-backup.1}.
     */
    static Map<String, String> pages(CommandLine root) {
        Map<String, String> pages = new TreeMap<>();
        add(root, pages);
        return pages;
    }

    private static void add(CommandLine command, Map<String, String> pages) {
        if (command.getCommandSpec().usageMessage().hidden()) {
            return;
        }
        String name = command.getCommandSpec().qualifiedName("-");
        pages.put(name + ".1", page(name, command));
        command.getSubcommands().values().forEach(below -> add(below, pages));
    }

    private static String page(String name, CommandLine command) {
        CommandSpec spec = command.getCommandSpec();
        spec.usageMessage().width(ONE_LINE);
        List<String> lines = new ArrayList<>();
        lines.add(".TH \"" + name.toUpperCase(java.util.Locale.ROOT) + "\" \"1\" \"\" \"Trivet\" \"Trivet Manual\"");
        lines.addAll(List.of(".nh", ".ad l")); // no hyphenation and no justification, so that words can be copied
        section(lines, "NAME");
        String[] description = spec.usageMessage().description();
        String header = CompletionCommand.header(spec);
        lines.add(text(name + " - " + (header.isEmpty() && description.length > 0 ? description[0] : header)));
        section(lines, "SYNOPSIS");
        lines.add(text(command.getHelp().synopsis(0).replaceAll("\\s+", " ").strip()));
        if (!header.isEmpty() && description.length > 0) {
            section(lines, "DESCRIPTION");
            describe(lines, description);
        }
        options(lines, spec);
        commands(lines, command);
        section(lines, "EXIT STATUS");
        lines.add("0 done; 1 the operation failed; 2 wrong usage.");
        return String.join("\n", lines) + "\n";
    }

    /** Indented lines are examples and stay unchanged. */
    private static void describe(List<String> lines, String[] description) {
        for (String line : description) {
            if (line.isBlank()) {
                lines.add(".PP");
            } else if (line.startsWith(" ")) {
                lines.addAll(List.of(".nf", text(line), ".fi"));
            } else {
                lines.add(text(line));
            }
        }
    }

    private static void options(List<String> lines, CommandSpec spec) {
        section(lines, "OPTIONS");
        for (PositionalParamSpec parameter : spec.positionalParameters()) {
            item(lines, parameter.paramLabel(), parameter.description());
        }
        for (OptionSpec option : spec.options()) {
            if (!option.hidden()) {
                String value = option.arity().max() > 0 ? " " + option.paramLabel() : "";
                item(lines, String.join(", ", option.names()) + value, option.description());
            }
        }
    }

    private static void commands(List<String> lines, CommandLine command) {
        if (command.getSubcommands().isEmpty()) {
            return;
        }
        section(lines, "COMMANDS");
        command.getSubcommands().forEach((name, below) -> {
            if (!below.getCommandSpec().usageMessage().hidden()) {
                item(lines, name, new String[] {CompletionCommand.header(below.getCommandSpec())});
            }
        });
    }

    private static void item(List<String> lines, String term, String[] description) {
        lines.add(".TP");
        lines.add("\\fB" + text(term) + "\\fR");
        lines.add(text(String.join(" ", description)));
    }

    private static void section(List<String> lines, String title) {
        lines.add(".SH " + title);
    }

    private static String text(String text) {
        String plain = Ansi.OFF.string(text).replace("%n", " ");
        String safe = plain.replace("\\", "\\e").replace("-", "\\-");
        return safe.startsWith(".") || safe.startsWith("'") ? "\\&" + safe : safe;
    }
}
