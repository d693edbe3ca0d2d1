package io.trivet.gateway;

import io.trivet.model.Command;
import io.trivet.model.FileRecord;
import io.trivet.model.Piece;
import io.trivet.model.Sha256;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A part of an upload.
 *
 * @param piece of the cluster's upload; null if the part is a file of its own
 */
record UploadPart(
        int number,
        long size,
        Instant modified,
        String tag,
        @Nullable Piece piece) {
    static UploadPart of(int number, FileRecord file) {
        return new UploadPart(number, file.size(), file.modified(), EntityTag.of(file), null);
    }

    static UploadPart of(Piece piece) {
        Sha256 sha256 = Sha256.ofChunks(
                piece.chunks().stream().map(Command.Proof::sha256).toList());
        return new UploadPart(piece.number(), piece.length(), piece.stored(), EntityTag.of(sha256), piece);
    }
}
