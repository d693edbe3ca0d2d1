package io.trivet.cli.text;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;
import java.util.stream.Stream;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.ColorScheme;
import picocli.CommandLine.Help.Column;
import picocli.CommandLine.Help.TextTable;
import picocli.CommandLine.IHelpFactory;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.ScopeType;

/**
 * Prints helps in a language, as wide as the terminal. The English of a command's annotations is
 * replaced, and the width requested, only when its help is printed.
 *
 * @param program the name of the program, whose commands are listed in {@code groups}
 */
public record LocalizedHelp(Language language, IntSupplier width, String program, List<Group> groups)
        implements IHelpFactory {
    /** Related commands, under a heading of the program's help. */
    public record Group(String heading, List<String> names) {
        public Group(String heading, String... names) {
            this(heading, List.of(names));
        }
    }

    public static final String USAGE = "Usage:";
    public static final String COMMANDS = "Commands:";
    private static final int INDENT = 2;
    private static final int NARROWEST = 60;
    private static final int WIDEST = 120;

    @Override
    public Help create(CommandSpec command, ColorScheme colours) {
        if (command.usageMessage().width() == UsageMessageSpec.DEFAULT_USAGE_WIDTH) { // no other width was requested
            command.usageMessage().width(Math.clamp(width.getAsInt(), NARROWEST, WIDEST));
        }
        return language == Language.ENGLISH ? new Help(command, colours) : translated(command, colours);
    }

    /** The subcommands with their first lines; those of the program itself by group. */
    public String commands(Help help) {
        if (!help.commandSpec().name().equals(program)) {
            return help.commandList();
        }
        Map<String, Help> all = help.subcommands();
        int widest = all.keySet().stream().mapToInt(String::length).max().orElse(0);
        StringBuilder list = new StringBuilder();
        for (Group group : groups) {
            TextTable table = TextTable.forColumns(
                    help.colorScheme(),
                    new Column(widest + INDENT, INDENT, Column.Overflow.SPAN),
                    new Column(
                            help.commandSpec().usageMessage().width() - widest - INDENT, INDENT, Column.Overflow.WRAP));
            for (String name : group.names()) {
                Help command = all.get(name);
                if (command != null) {
                    table.addRowValues(name, firstLine(command.commandSpec()));
                }
            }
            if (group.names().stream().anyMatch(all::containsKey)) {
                list.append('\n')
                        .append(language.help(group.heading()))
                        .append('\n')
                        .append(table);
            }
        }
        return list.toString();
    }

    private static String firstLine(CommandSpec command) {
        UsageMessageSpec usage = command.usageMessage();
        return Stream.concat(Arrays.stream(usage.header()), Arrays.stream(usage.description()))
                .findFirst()
                .orElse("");
    }

    private Help translated(CommandSpec command, ColorScheme colours) {
        translate(command.usageMessage());
        for (OptionSpec option : List.copyOf(command.options())) {
            command.remove(option);
            command.addOption(OptionSpec.builder(option)
                    .scopeType(ScopeType.LOCAL) // subcommands have their own already
                    .description(translated(option.description()))
                    .build());
        }
        for (PositionalParamSpec parameter : List.copyOf(command.positionalParameters())) {
            command.remove(parameter);
            command.addPositional(PositionalParamSpec.builder(parameter)
                    .description(translated(parameter.description()))
                    .build());
        }
        return new Help(command, colours);
    }

    private void translate(UsageMessageSpec usage) {
        usage.header(translated(usage.header()));
        usage.description(translated(usage.description()));
        usage.footer(translated(usage.footer()));
        usage.synopsisHeading(language.help(USAGE)); // no blank after it: its colon contains one
        usage.commandListHeading(language.help(COMMANDS) + "%n");
    }

    private String[] translated(String[] lines) {
        return Arrays.stream(lines).map(language::help).toArray(String[]::new);
    }
}
