package io.trivet.cli.node;

import io.trivet.cli.remote.GroupCommand;
import picocli.CommandLine.Command;

/** {@code trivet config}. */
@Command(name = "config", header = "Shows how a node is set up.")
public final class ConfigurationCommand extends GroupCommand {}
