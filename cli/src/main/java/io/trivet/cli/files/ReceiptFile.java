package io.trivet.cli.files;

import io.trivet.cli.text.CommandFailure;
import io.trivet.cli.text.ErrorMessage;
import io.trivet.cli.text.Text;
import io.trivet.wire.receipt.SignedReceipt;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** A receipt as a local file. */
final class ReceiptFile {
    private ReceiptFile() {}

    /** Writes the file completely or not at all; replaces an existing one. */
    static void write(Path file, SignedReceipt receipt) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        Path temporary = Files.createTempFile(directory, ".trivet-receipt-", "~");
        try {
            Files.write(temporary, receipt.text().getBytes(StandardCharsets.UTF_8));
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /** Throws {@link CommandFailure} if the file is not a receipt. */
    static SignedReceipt read(Path file) throws IOException, CommandFailure {
        if (Files.size(file) > SignedReceipt.MAX_BYTES) {
            throw new CommandFailure(Text.of("{0}: is not a receipt: it is too long", file));
        }
        try {
            return SignedReceipt.parse(Files.readAllBytes(file));
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(
                    Text.of("{0}: is not a receipt, or was changed: {1}", file, ErrorMessage.reason(e)));
        }
    }

    static Text saved(Path file, SignedReceipt receipt) {
        if (receipt.head().chunks().isEmpty()) {
            return Text.of(
                    "receipt in {0}: signed by {1}; the file is empty and has no chunk",
                    file, Text.list(receipt.signers()));
        }
        return Text.of(
                "receipt in {0}: signed by {1}, each chunk read back by {2}",
                file, Text.list(receipt.signers()), Text.count(receipt.replicas(), "node"));
    }
}
