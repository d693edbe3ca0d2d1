package io.trivet.quorum;

import io.trivet.faults.fuzz.Door;
import io.trivet.message.CommandCodec;
import io.trivet.message.StateMessages;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;

/** Entries of the quorum's log. */
public final class QuorumFuzzTargets {
    private static final Path GOLDEN = Path.of("../client/src/test/resources/io/trivet/wire/protocol/golden.txt");

    private QuorumFuzzTargets() {}

    public static List<Door> all() {
        return List.of(new Door("log-entry", entries(), QuorumFuzzTargets::entry));
    }

    private static List<byte[]> entries() {
        try {
            return Files.readAllLines(GOLDEN).stream()
                    .filter(line -> line.startsWith("entry."))
                    .map(line -> HexFormat.of()
                            .parseHex(line.substring(line.indexOf(' ') + 1).strip()))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sound entries are applied; the others stop a master, with these exceptions. */
    private static void entry(byte[] bytes) {
        try {
            for (StateMessages.Operation operation :
                    LogEntryCodec.read(7, ByteString.copyFrom(bytes)).getOperationsList()) {
                byte[] once = CommandCodec.to(CommandCodec.from(operation)).toByteArray();
                Door.requireSame(
                        once,
                        CommandCodec.to(CommandCodec.from(StateMessages.Operation.parseFrom(once)))
                                .toByteArray());
            }
        } catch (IllegalStateException | IllegalArgumentException | TrivetException _) {
            // As documented.
        } catch (com.google.protobuf.InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }
}
