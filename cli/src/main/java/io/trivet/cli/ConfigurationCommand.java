package io.trivet.cli;

import picocli.CommandLine.Command;

/** {@code trivet config}. */
@Command(name = "config", header = "Shows how a node is set up.")
final class ConfigurationCommand extends GroupCommand {}
