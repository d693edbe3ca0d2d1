package io.trivet.gateway;

import io.trivet.client.TrivetClient;
import io.trivet.model.Piece;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;

/**
 * The parts of an upload, one after the other; only one is open at a time. Throws {@code
 * NoSuchUpload} at the latest at the end, where the upload was aborted or completed meanwhile.
 */
final class JoinedParts extends InputStream {
    private final ObjectWrites writes;
    private final TrivetClient client;
    private final Upload upload;
    private final Iterator<UploadPart> rest;
    private InputStream current = InputStream.nullInputStream();

    JoinedParts(ObjectWrites writes, TrivetClient client, Upload upload, List<UploadPart> parts) {
        super();
        this.writes = writes;
        this.client = client;
        this.upload = upload;
        this.rest = parts.iterator();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        while (true) {
            int some = current.read(bytes, offset, length);
            if (some >= 0) {
                return some;
            }
            current.close();
            if (!rest.hasNext()) {
                requireStill();
                return -1;
            }
            UploadPart part = rest.next();
            try {
                current = opened(part);
            } catch (TrivetException e) {
                requireStill(); // then that is the reason
                throw e;
            }
        }
    }

    private InputStream opened(UploadPart part) throws IOException {
        Piece piece = part.piece();
        if (piece == null) {
            return writes.opened(
                    client,
                    upload.part(part.number()),
                    Objects.requireNonNull(part.file()),
                    new ByteRange(0, part.size()));
        }
        return client.uploads()
                .read(UploadPieces.find(client, upload.directory()).orElseThrow(UploadFiles::noSuchUpload), piece);
    }

    private void requireStill() {
        if (!UploadFiles.isThere(client, upload)) {
            throw UploadFiles.noSuchUpload();
        }
    }

    @Override
    public void close() throws IOException {
        current.close();
    }
}
