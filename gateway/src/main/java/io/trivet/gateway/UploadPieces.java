package io.trivet.gateway;

import io.trivet.client.RemoteOutput;
import io.trivet.client.TrivetClient;
import io.trivet.model.Attributes;
import io.trivet.model.Condition;
import io.trivet.model.FileId;
import io.trivet.model.NameEntry;
import io.trivet.model.Piece;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The parts of an upload that the cluster keeps as pieces of the object: those that have one length,
 * which is a whole number of chunks, as clients send them. If all parts are pieces, to complete the
 * upload moves no byte. A part that does not fit is a file, and so is one that is sent again with
 * other bytes, since the chunks of a piece never change.
 *
 * <pre>
 *   BUCKET/.trivet-s3/uploads/ID/pieces      empty; an attribute says which upload of the cluster
 *   BUCKET/.trivet-s3/uploads/ID/x00001      empty; part 1 has to be a file
 * </pre>
 */
final class UploadPieces {
    private static final String NAME = "pieces";
    private static final String ATTRIBUTE = "trivet.upload";

    private UploadPieces() {}

    /**
     * The cluster's upload that belongs to the one in this directory, if one was begun and is not
     * over.
     */
    static Optional<io.trivet.model.Upload> find(TrivetClient client, RemotePath directory) {
        try {
            return marked(client, directory).map(client.uploads()::find);
        } catch (TrivetException e) {
            if (e.kind() == Refusal.Kind.NOT_OPEN) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** That of an upload of an object; one of another object would be somebody's forgery. */
    static Optional<io.trivet.model.Upload> find(TrivetClient client, Upload upload, RemotePath object) {
        return find(client, upload.directory()).filter(found -> found.path().equals(object));
    }

    /** The id that the pieces have, and that the object will have. */
    private static Optional<FileId> marked(TrivetClient client, RemotePath directory) {
        RemotePath file = directory.resolve(NAME);
        if (ClientTree.stat(client, file).isEmpty()) {
            return Optional.empty();
        }
        try {
            return client.attributes(file)
                    .attributes()
                    .get(ATTRIBUTE)
                    .map(id -> FileId.parse(new String(id, StandardCharsets.US_ASCII)));
        } catch (TrivetException e) {
            if (e.kind() == Refusal.Kind.NO_SUCH_FILE) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** The object, if an earlier request has completed the upload and its answer was lost. */
    static Optional<StoredEntry> completed(TrivetClient client, Upload upload, RemotePath object) {
        Optional<FileId> id = marked(client, upload.directory());
        return id.isEmpty()
                ? Optional.empty()
                : StoredEntry.find(client, object)
                        .filter(found -> found.entry() instanceof NameEntry.File file
                                && file.record().id().equals(id.get()));
    }

    /**
     * The cluster's upload in which this part can be a piece. Begins it with the length of the first
     * part that comes.
     *
     * @param path of the object
     */
    static Optional<io.trivet.model.Upload> forPart(
            TrivetClient client, Upload upload, RemotePath path, int number, long length) throws IOException {
        Optional<io.trivet.model.Upload> known = find(client, upload, path);
        if (known.isEmpty()
                && ClientTree.stat(client, upload.directory().resolve(NAME)).isEmpty()) {
            known = begin(client, upload, path, length);
        }
        return known.filter(pieces -> length > 0 && length <= pieces.pieceBytes())
                .filter(_ -> ClientTree.stat(client, refused(upload, number)).isEmpty())
                .filter(pieces -> !isStored(client, pieces, number));
    }

    private static boolean isStored(TrivetClient client, io.trivet.model.Upload pieces, int number) {
        return client.uploads().piece(pieces.file(), number).isPresent();
    }

    private static Optional<io.trivet.model.Upload> begin(
            TrivetClient client, Upload upload, RemotePath path, long length) throws IOException {
        if (!client.uploads().fits(length)) {
            return Optional.empty();
        }
        io.trivet.model.Upload begun = client.uploads().begin(path, length);
        RemotePath file = upload.directory().resolve(NAME);
        try {
            mark(client, file, Attributes.NONE.with(ATTRIBUTE, begun.file().toString()));
            return Optional.of(begun);
        } catch (TrivetException e) {
            client.uploads().abort(begun.file());
            if (e.kind() == Refusal.Kind.CONDITION_FAILED) { // another part was first
                return find(client, upload, path);
            }
            throw e;
        }
    }

    /** An empty file that was not there. */
    private static void mark(TrivetClient client, RemotePath file, Attributes attributes) throws IOException {
        try (RemoteOutput out = client.onlyIf(Condition.absent(file)).create(file, 0)) {
            try {
                out.setAttributes(attributes);
                out.commit();
            } finally {
                out.abort(); // where it was not committed
            }
        }
    }

    private static RemotePath refused(Upload upload, int number) {
        return upload.directory().resolve(String.format(Locale.ROOT, "x%05d", number));
    }

    /** An earlier try left chunks with other bytes, so the part has to be a file when it is sent again. */
    static void refuse(TrivetClient client, Upload upload, int number) throws IOException {
        try {
            mark(client, refused(upload, number), Attributes.NONE);
        } catch (TrivetException e) {
            if (e.kind() != Refusal.Kind.CONDITION_FAILED) {
                throw e;
            }
        }
    }

    /** Adds the pieces to the parts that are files; where there are both, the file is the later one. */
    static void addTo(Map<Integer, UploadPart> parts, TrivetClient client, Upload upload) {
        find(client, upload.directory()).ifPresent(pieces -> {
            for (Piece piece : client.uploads().pieces(pieces.file())) {
                parts.putIfAbsent(piece.number(), UploadPart.of(piece));
            }
        });
    }

    /** Gives up the cluster's upload that belongs to this one. */
    static void abort(TrivetClient client, Upload upload) {
        find(client, upload.directory()).ifPresent(pieces -> client.uploads().abort(pieces.file()));
    }
}
