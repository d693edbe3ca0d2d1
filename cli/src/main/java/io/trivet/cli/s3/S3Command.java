package io.trivet.cli.s3;

import io.trivet.cli.remote.GroupCommand;
import picocli.CommandLine.Command;

/** {@code trivet s3} without a command: says what there is. */
@Command(
        name = "s3",
        header = "Serves the files to programs that speak S3.",
        description = {
            "",
            "A bucket is a directory, the key of an object is a path in it, an access key is a user. What is saved by"
                    + " S3 can be loaded, and the reverse.",
            ""
        },
        synopsisSubcommandLabel = "COMMAND")
public final class S3Command extends GroupCommand {}
