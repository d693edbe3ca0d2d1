package io.trivet.cli.remote;

import io.trivet.cli.text.Format;
import picocli.CommandLine.Option;

/** How a command writes sizes: as people read them, or as programs do. */
public final class SizeOption {
    @Option(names = "--bytes", description = "Sizes as plain numbers of bytes.")
    boolean exact;

    public String text(long bytes) {
        return exact ? Long.toString(bytes) : Format.bytes(bytes);
    }
}
