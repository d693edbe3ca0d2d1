package io.trivet.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.faults.machine.Abilities;
import io.trivet.model.NodeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The message when the local system refuses something: a limit, a right or a mount is named as
 * such, and never reported as a failed disk.
 */
@Timeout(240)
class LocalFailuresTest {
    private static final int CHUNK = 64 << 10;
    private static final int BYTES = 300_000;
    private static final String LONG = "x".repeat(300);

    @TempDir
    Path base;

    @Test
    void aCauseIsNamedAsWhatItIs() throws IOException {
        Path nodes = Files.createDirectory(base.resolve("nodes"));
        Path user = Files.createDirectory(base.resolve("user"));
        try (ProcessCluster cluster = ProcessCluster.start(nodes, 1, CHUNK, Abilities.NONE)) {
            ClientCommand client = new ClientCommand(cluster.node(new NodeId(0)).profile(), user);
            Files.write(user.resolve("file"), new byte[BYTES]);
            assertThat(client.run("save", "file", "/file").code()).isZero();

            assertThat(refusal(client, "ulimit -f 100", "load", "/file", "limited"))
                    .contains("limited: ", "look at ulimit -f");
            assertThat(refusal(client, "true", "load", "/file", LONG)).contains("longer than this file system allows");
            if (mayUnshare(client)) {
                Files.createDirectory(user.resolve("mounted"));
                assertThat(refusal(
                                client, "mount -t tmpfs -o ro,size=1m tmpfs mounted", "load", "/file", "mounted/file"))
                        .contains("mounted read-only");
                assertThat(refusal(client, "mount -t tmpfs -o size=64k tmpfs mounted", "load", "/file", "mounted/file"))
                        .contains("disk full: it has space for");
            }
            assertThat(user.resolve("limited")).doesNotExist();
        }
    }

    /**
     * Runs the command after this one of a shell, in a mount namespace of its own where that is
     * allowed; what it said, which was a refusal.
     */
    private static String refusal(ClientCommand client, String before, String... words) throws IOException {
        List<String> command = new ArrayList<>();
        if (before.startsWith("mount")) {
            command.addAll(List.of("unshare", "-m"));
        }
        command.addAll(List.of("sh", "-c", before + " && exec \"$0\" \"$@\""));
        command.addAll(ClientCommand.program());
        command.addAll(List.of(words));
        ClientCommand.Ran ran = client.run(command);
        assertThat(ran.code()).as(ran.said()).isEqualTo(1);
        assertThat(ran.said()).doesNotContain("disk failed", "Exception");
        return ran.said();
    }

    private static boolean mayUnshare(ClientCommand client) throws IOException {
        return client.run(List.of("unshare", "-m", "true")).code() == 0;
    }
}
