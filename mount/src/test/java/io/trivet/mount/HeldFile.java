package io.trivet.mount;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/**
 * Opens a file, writes to it, makes the file {@code begun} beside the mount, waits for {@code done}, and
 * closes the file. A shell cannot: it closes a descriptor after every redirection, and so saves the file.
 *
 * <p>Arguments: file, option to open it with (APPEND, CREATE_NEW), text. Prints what the close said.
 */
final class HeldFile {
    private HeldFile() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path file = Path.of(arguments[0]);
        Path beside = file.getParent().getParent();
        FileChannel channel =
                FileChannel.open(file, Set.of(StandardOpenOption.WRITE, StandardOpenOption.valueOf(arguments[1])));
        channel.write(ByteBuffer.wrap(arguments[2].getBytes(StandardCharsets.UTF_8)));
        Files.createFile(beside.resolve("begun"));
        while (!Files.exists(beside.resolve("done"))) {
            Thread.sleep(20);
        }
        try {
            channel.close();
            System.out.print("closed");
        } catch (IOException e) {
            System.out.print(e.getMessage());
        }
    }
}
