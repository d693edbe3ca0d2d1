package io.trivet.cli.remote;

import io.trivet.cli.text.Format;
import picocli.CommandLine.Option;

/** The format of sizes in a command's output: for people, or exact for programs. */
public final class SizeOption {
    @Option(names = "--bytes", description = "Sizes as plain numbers of bytes.")
    boolean exact;

    public String text(long bytes) {
        return exact ? Long.toString(bytes) : Format.bytes(bytes);
    }
}
