package io.trivet.mount;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Opens a file, makes the file {@code begun} beside the mount, waits for {@code done}, and prints what it
 * has open and then what the name is now.
 */
final class ReplacedFile {
    private ReplacedFile() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path file = Path.of(arguments[0]);
        Path beside = file.getParent().getParent();
        try (FileChannel channel = FileChannel.open(file)) {
            Files.createFile(beside.resolve("begun"));
            while (!Files.exists(beside.resolve("done"))) {
                Thread.sleep(20);
            }
            System.out.print(new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8));
        }
        System.out.print(Files.readString(file));
    }
}
