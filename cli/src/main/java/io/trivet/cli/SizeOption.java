package io.trivet.cli;

import picocli.CommandLine.Option;

/** How a command writes sizes: as people read them, or as programs do. */
final class SizeOption {
    @Option(names = "--bytes", description = "Sizes as plain numbers of bytes.")
    boolean exact;

    String text(long bytes) {
        return exact ? Long.toString(bytes) : Wording.bytes(bytes);
    }
}
