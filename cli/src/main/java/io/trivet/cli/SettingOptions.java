package io.trivet.cli;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** The options of a command that stand for the settings of a node: one for each {@link Setting}, and {@code --config}. */
final class SettingOptions {
    private static final String FILE = "--config";

    private SettingOptions() {}

    /** The command with these options. */
    static CommandLine on(Object command) {
        CommandLine line = new CommandLine(command);
        CommandSpec spec = line.getCommandSpec();
        spec.addOption(OptionSpec.builder(FILE)
                .paramLabel("FILE")
                .type(String.class)
                .description(
                        "The file with the node's settings; otherwise " + Configuration.FILE_VARIABLE + ", otherwise "
                                + Configuration.FILE_NAME + " in the directory that --data names, or without --data "
                                + Configuration.OF_THE_SYSTEM + ".")
                .build());
        for (Setting setting : Setting.values()) {
            spec.addOption(option(setting));
        }
        return line;
    }

    private static OptionSpec option(Setting setting) {
        String usual = setting.usual().isEmpty() ? "" : " " + setting.usual() + " without.";
        String words = setting.form() instanceof Setting.Form.Choice choice
                ? " " + String.join(", ", choice.words()) + "."
                : "";
        OptionSpec.Builder option = OptionSpec.builder(setting.option())
                .paramLabel(setting.form().label())
                .description(setting.meaning().replace("%", "%%") + words + usual);
        return setting.repeats()
                ? option.type(List.class).auxiliaryTypes(String.class).build()
                : option.type(String.class).build();
    }

    /** What was said with them, with what else is in force. */
    static Configuration configuration(Console console, ParseResult parsed) throws java.io.IOException, CommandFailure {
        Map<Setting, List<String>> said = new EnumMap<>(Setting.class);
        for (Setting setting : Setting.values()) {
            if (parsed.hasMatchedOption(setting.option())) {
                said.put(setting, parsed.matchedOption(setting.option()).stringValues());
            }
        }
        Optional<String> file = parsed.hasMatchedOption(FILE)
                ? Optional.of(parsed.matchedOption(FILE).stringValues().getFirst())
                : Optional.empty();
        return Configuration.gather(console, said, file);
    }
}
