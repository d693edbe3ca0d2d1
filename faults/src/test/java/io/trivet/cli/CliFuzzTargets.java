package io.trivet.cli;

import io.trivet.cli.node.ConfigurationFile;
import io.trivet.cli.node.NodeSetting;
import io.trivet.cli.text.CommandFailure;
import io.trivet.faults.fuzz.Door;
import io.trivet.faults.fuzz.Scratch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What an operator writes for a node. */
public final class CliFuzzTargets {
    private CliFuzzTargets() {}

    public static List<Door> all() {
        String all = java.util.Arrays.stream(NodeSetting.values())
                .map(nodeSetting -> nodeSetting.key() + " = 1\n")
                .collect(java.util.stream.Collectors.joining());
        return List.of(new Door(
                "configuration",
                List.of(
                        all.getBytes(StandardCharsets.UTF_8),
                        "# a node\ndata = /srv/a b\nlisten = 10.0.0.1:7777 # here\n".getBytes(StandardCharsets.UTF_8)),
                CliFuzzTargets::configuration));
    }

    private static void configuration(byte[] bytes) throws IOException {
        try {
            ConfigurationFile.read(Scratch.file("configuration", bytes));
        } catch (CommandFailure _) {
            // As documented.
        }
    }
}
