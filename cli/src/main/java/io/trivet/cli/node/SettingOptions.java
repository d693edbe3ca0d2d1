package io.trivet.cli.node;

import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.CommandFailure;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * Command options for the settings of a node: one for each {@link NodeSetting}, and {@code
 * --config}.
 */
public final class SettingOptions {
    private static final String FILE = "--config";

    private SettingOptions() {}

    /** The command with these options. */
    public static CommandLine on(Object command) {
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
        for (NodeSetting nodeSetting : NodeSetting.values()) {
            spec.addOption(option(nodeSetting));
        }
        return line;
    }

    private static OptionSpec option(NodeSetting nodeSetting) {
        String usual = nodeSetting.usual().isEmpty() ? "" : " " + nodeSetting.usual() + " without.";
        String words = nodeSetting.form() instanceof NodeSetting.Form.Choice choice
                ? " " + String.join(", ", choice.words()) + "."
                : "";
        OptionSpec.Builder option = OptionSpec.builder(nodeSetting.option())
                .paramLabel(nodeSetting.form().label())
                .description(nodeSetting.meaning().replace("%", "%%") + words + usual);
        return nodeSetting.repeats()
                ? option.type(List.class).auxiliaryTypes(String.class).build()
                : option.type(String.class).build();
    }

    /** The effective settings, with these options and all other sources. */
    public static Configuration configuration(Console console, ParseResult parsed)
            throws java.io.IOException, CommandFailure {
        Map<NodeSetting, List<String>> said = new EnumMap<>(NodeSetting.class);
        for (NodeSetting nodeSetting : NodeSetting.values()) {
            if (parsed.hasMatchedOption(nodeSetting.option())) {
                said.put(nodeSetting, parsed.matchedOption(nodeSetting.option()).stringValues());
            }
        }
        Optional<String> file = parsed.hasMatchedOption(FILE)
                ? Optional.of(parsed.matchedOption(FILE).stringValues().getFirst())
                : Optional.empty();
        return Configuration.gather(console, said, file);
    }
}
