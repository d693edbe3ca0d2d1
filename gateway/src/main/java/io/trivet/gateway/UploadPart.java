package io.trivet.gateway;

import io.trivet.gateway.ObjectSums.GivenChecksum;
import io.trivet.model.Command;
import io.trivet.model.FileId;
import io.trivet.model.FileRecord;
import io.trivet.model.Piece;
import io.trivet.model.Sha256;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A part of an upload.
 *
 * @param tag with its quotation marks: the MD5, unless an earlier release stored the part
 * @param piece of the cluster's upload; null if the part is a file of its own
 * @param file its id; null if the part is a piece
 */
record UploadPart(
        int number,
        long size,
        Instant modified,
        String tag,
        Optional<GivenChecksum> checksum,
        @Nullable Piece piece,
        @Nullable FileId file) {
    /** {@code sums}: the attribute of the file. */
    static UploadPart of(int number, FileRecord file, Optional<String> sums) {
        return new UploadPart(
                number,
                file.size(),
                file.modified(),
                EntityTag.of(file, sums),
                ObjectSums.of(sums, file).flatMap(ObjectSums::checksum),
                null,
                file.id());
    }

    static UploadPart of(Piece piece) {
        Optional<ObjectSums> sums = ObjectSums.ofPart(piece.tag());
        return new UploadPart(
                piece.number(),
                piece.length(),
                piece.stored(),
                sums.map(known -> EntityTag.quoted(known.etag())).orElseGet(() -> EntityTag.of(sha256(piece))),
                sums.flatMap(ObjectSums::checksum),
                piece,
                null);
    }

    private static Sha256 sha256(Piece piece) {
        return Sha256.ofChunks(
                piece.chunks().stream().map(Command.Proof::sha256).toList());
    }
}
