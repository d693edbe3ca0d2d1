package io.trivet.cli;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntSupplier;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.ColorScheme;
import picocli.CommandLine.IHelpFactory;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.ScopeType;

/**
 * Helps in a language, as wide as the terminal is. What the annotations of a command say in English is replaced when its help is asked for, and not
 * before; nor is the terminal asked before.
 */
record HelpIn(Language language, IntSupplier width) implements IHelpFactory {
    static final String USAGE = "Usage:";
    static final String COMMANDS = "Commands:";
    private static final int NARROWEST = 60;
    private static final int WIDEST = 120;

    @Override
    public Help create(CommandSpec command, ColorScheme colours) {
        if (command.usageMessage().width() == UsageMessageSpec.DEFAULT_USAGE_WIDTH) { // nobody asked for another one
            command.usageMessage().width(Math.clamp(width.getAsInt(), NARROWEST, WIDEST));
        }
        return language == Language.ENGLISH ? new Help(command, colours) : translated(command, colours);
    }

    private Help translated(CommandSpec command, ColorScheme colours) {
        translate(command.usageMessage());
        for (OptionSpec option : List.copyOf(command.options())) {
            command.remove(option);
            command.addOption(OptionSpec.builder(option)
                    .scopeType(ScopeType.LOCAL) // the commands below have theirs already
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
        usage.synopsisHeading(language.help(USAGE)); // followed by no blank: its colon has one in it
        usage.commandListHeading(language.help(COMMANDS) + "%n");
    }

    private String[] translated(String[] lines) {
        return Arrays.stream(lines).map(language::help).toArray(String[]::new);
    }
}
