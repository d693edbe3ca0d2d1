package io.trivet.cli.node;

/**
 * Generates {@code docs/reference/configuration.md}, with every setting of a node, from the table
 * in {@link NodeSetting}.
 */
final class ConfigurationPage {
    private static final String HEAD = """
            # Settings of a node

            <!-- Made from io.trivet.cli.node.NodeSetting; a test fails when it is stale, and writes it anew with -Dtrivet.pages=write. -->

            One text file, one `key = value` a line; `#` begins a comment. For most nodes this is all of it:

            ```
            data = /var/lib/trivet
            listen = server1.example:7777
            ```

            `trivet node` reads one file at most: the one that `--config` names, or the variable `TRIVET_NODE_CONFIG`; otherwise `trivet.conf` in the directory
            that `--data` names; without `--data`, `/etc/trivet/trivet.conf`. An option goes before a variable of the environment, a variable before the file,
            the file before the default. A key that does not exist, that is there twice, or whose value makes no sense is an error: the node does not start.
            A relative path is relative to the directory of the file. `trivet config show` says what is in force and where each value comes from.

            The name of a setting is the same everywhere: `repair.after` in the file is `--repair-after` on the command line and `TRIVET_NODE_REPAIR_AFTER` in
            the environment (where `disk` takes several directories, separated as in `PATH`).

            | key | value | default | meaning |
            |---|---|---|---|
            """;
    private static final String FOOT = """

            What is true of the whole cluster is no setting of a node; commands change it, and every node follows: `trivet replicas`, `trivet masters`,
            `trivet nodes weight`, `trivet nodes zone`, `trivet rebalance --rate`, `trivet namespace sweeping`. What is chosen once, when a cluster begins, are
            options of `trivet node --init`: `--replicas`, `--chunk-size`, `--plaintext`.
            """;

    private ConfigurationPage() {}

    static String text() {
        StringBuilder page = new StringBuilder(HEAD);
        for (NodeSetting nodeSetting : NodeSetting.values()) {
            page.append("| `").append(nodeSetting.key()).append("` | ");
            page.append(nodeSetting.form().described()).append(" | ");
            page.append(nodeSetting.usual().isEmpty() ? "none" : "`" + nodeSetting.usual() + "`");
            page.append(" | ").append(nodeSetting.meaning()).append(" |\n");
        }
        return page.append(FOOT).toString();
    }
}
