package io.trivet.client;

import io.trivet.model.Attributes;
import io.trivet.model.ChunkSize;
import io.trivet.model.Command;
import io.trivet.model.Condition;
import io.trivet.model.FileId;
import io.trivet.model.FileRecord;
import io.trivet.model.NameEntry;
import io.trivet.model.NodeId;
import io.trivet.model.Outcome;
import io.trivet.model.Piece;
import io.trivet.model.Query;
import io.trivet.model.QueryResult;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.Right;
import io.trivet.model.Sha256;
import io.trivet.model.TrivetException;
import io.trivet.model.Upload;
import io.trivet.wire.protocol.Reply;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** {@link Uploads} by requests to the leader and the nodes. */
final class UploadCalls implements Uploads {
    private static final FileId FIRST = new FileId(1, 1);

    private final TransferResources transferResources;
    private final LeaderCalls leader;
    private final Session session;

    UploadCalls(TransferResources transferResources, LeaderCalls leader, Session session) {
        this.transferResources = transferResources;
        this.leader = leader;
        this.session = session;
    }

    @Override
    public Upload begin(RemotePath path, long pieceBytes) {
        Command begin = new Command.BeginUpload(path, "", pieceBytes, chunkSize(pieceBytes));
        return find(((Outcome.Reserved) session.submit(begin)).start());
    }

    @Override
    public boolean fits(long pieceBytes) {
        return divided(pieceBytes).isPresent();
    }

    @Override
    public ChunkSize chunkSize(long pieceBytes) {
        return divided(pieceBytes)
                .orElseThrow(() -> TrivetException.of(
                        Refusal.Kind.BAD_REQUEST,
                        "",
                        "pieces of " + pieceBytes + " bytes are not made of equal chunks: take a multiple of 1 MiB"));
    }

    private Optional<ChunkSize> divided(long pieceBytes) {
        ChunkSize usual = transferResources.view().chunkSize();
        int least = Command.Reserve.leastChosen(usual);
        for (long chunks = Math.max(1, Math.ceilDiv(pieceBytes, usual.bytes()));
                chunks <= Upload.MAX_CHUNKS;
                chunks++) {
            long bytes = pieceBytes / chunks;
            if (pieceBytes % chunks == 0 && bytes >= least && bytes % ChunkSize.BLOCK_BYTES == 0) {
                return Optional.of(new ChunkSize((int) bytes));
            }
        }
        return Optional.empty();
    }

    @Override
    public Upload find(FileId file) {
        return ask(file, 0, 1, Right.WRITE).page.upload();
    }

    private record Asked(QueryResult.Pieces page, RenewableToken token) {}

    private Asked ask(FileId file, int after, int limit, Right right) {
        AnswerWithToken<QueryResult> answer = leader.askForToken(new Query.Pieces(file, after, limit, right));
        return new Asked(
                (QueryResult.Pieces) answer.value(),
                Objects.requireNonNull(answer.token(), "pieces come with a token"));
    }

    @Override
    public Iterable<Upload> list() {
        return () -> new Pages<>(FIRST, from -> {
            var page = (QueryResult.Uploads) leader.ask(new Query.Uploads(from, Query.MAX_PAGE));
            return new Pages.Page<>(page.uploads(), page.next());
        });
    }

    @Override
    public Iterable<Piece> pieces(FileId file) {
        return () -> new Pages<>(0, after -> {
            QueryResult.Pieces page = ask(file, after, Query.MAX_PAGE, Right.WRITE).page;
            return new Pages.Page<>(
                    page.pieces(),
                    page.more() ? (Integer) page.pieces().getLast().number() : null);
        });
    }

    @Override
    public Optional<Piece> piece(FileId file, int number) {
        return ask(file, number - 1, 1, Right.WRITE).page.pieces().stream()
                .filter(piece -> piece.number() == number)
                .findFirst();
    }

    @Override
    public Piece put(Upload upload, int number, InputStream bytes, long length, Supplier<String> tag)
            throws IOException {
        if (!upload.takes(number, length)) {
            throw TrivetException.of(
                    Refusal.Kind.BAD_REQUEST,
                    upload.path().toString(),
                    "pieces are numbered from 1 to " + Upload.MAX_PIECES + " and have 1 to " + upload.pieceBytes()
                            + " bytes");
        }
        RenewableToken token = ask(upload.file(), 0, 1, Right.WRITE).token;
        try (SaveInProgress save = open(upload, token)) {
            int count = upload.chunksOf(length);
            int before = upload.firstChunkOf(number) - 1;
            ChunkInventory there = ChunkInventory.of(
                    transferResources, upload.file(), upload.first(), before + 1, before + count, token);
            byte[] chunk = new byte[(int) Math.min(length, upload.chunkSize().bytes())];
            for (int place = 1; place <= count; place++) {
                int size = upload.chunkSize().lengthOf(place, length);
                fill(chunk, size, bytes);
                if (place == count) {
                    requireEnd(bytes, length);
                }
                requireSame(there, upload, before + place, ByteBuffer.wrap(chunk, 0, size));
                // Only the last piece may be shorter than the others.
                boolean last = place == count && length < upload.pieceBytes();
                save.store(
                        before + place, size, last, (offset, target) -> target.put(chunk, offset, target.remaining()));
            }
            String known = tag.get();
            save.record(number, length, known);
            return new Piece(number, length, save.chunks(), known, Instant.now());
        }
    }

    /** Closing it does not give the upload up. */
    private SaveInProgress open(Upload upload, RenewableToken token) {
        FileIds.Reserved id = new FileIds.Reserved(
                upload.file(), upload.first(), upload.chunkSize(), new FileIds.Reservation(upload.file(), 1), token);
        SaveInProgress save = new SaveInProgress(
                transferResources, session, new SaveTarget(upload.path(), List.of()), id, Progress.NONE);
        save.leaveOpen();
        return save;
    }

    private static void fill(byte[] chunk, int size, InputStream bytes) throws IOException {
        if (bytes.readNBytes(chunk, 0, size) < size) {
            throw new EOFException("the piece ended too early");
        }
    }

    /** Rule 1: nodes that lack a chunk would take other bytes for it than those that have it. */
    private void requireSame(ChunkInventory there, Upload upload, int chunk, ByteBuffer bytes) {
        Sha256 sha256 = null;
        for (NodeId node : transferResources.cluster.nodes()) {
            Reply.Held held = there.at(node).held().get(chunk);
            if (held != null) {
                sha256 = sha256 == null ? Sha256.of(bytes.duplicate()) : sha256;
                if (held.length() != bytes.remaining() || !Sha256.agree(held.sha256(), sha256)) {
                    throw TrivetException.of(
                            Refusal.Kind.DIFFERENT_CONTENT,
                            upload.path().toString(),
                            "a piece was stored before with other bytes, which cannot change");
                }
            }
        }
    }

    /** Also lets a stream that checks itself at its end do so before the last chunk is stored. */
    private static void requireEnd(InputStream bytes, long length) throws IOException {
        if (bytes.read() >= 0) {
            throw new IOException("the piece is longer than " + length + " bytes");
        }
    }

    @Override
    public InputStream read(Upload upload, Piece piece) {
        RenewableToken token = ask(upload.file(), 0, 1, Right.READ).token;
        long start = (piece.number() - 1) * upload.pieceBytes();
        FileRecord record = new FileRecord(
                upload.file(), start + piece.length(), upload.chunkSize(), upload.first(), 0, piece.stored(), "", 0);
        return new PieceInput(
                new FileReader(transferResources, new OpenFile(upload.path(), record, token), Progress.NONE),
                start,
                new RunningSums(upload.chunkSize()),
                piece);
    }

    /** A file from a position on; at its end it must be what was recorded. */
    private static final class PieceInput extends InputStream {
        private final FileReader reader;
        private final RunningSums sums;
        private final Piece piece;
        private long left;

        PieceInput(FileReader reader, long start, RunningSums sums, Piece piece) {
            this.reader = reader;
            this.sums = sums;
            this.piece = piece;
            this.left = piece.length();
            try {
                reader.position(start);
            } catch (IOException e) {
                throw new IllegalStateException("a reader that was just opened", e);
            }
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (length == 0 || left == 0) {
                return length == 0 ? 0 : -1;
            }
            int some = reader.read(ByteBuffer.wrap(bytes, offset, (int) Math.min(length, left)));
            if (some < 0) {
                throw new EOFException("the piece ended too early");
            }
            sums.append(ByteBuffer.wrap(bytes, offset, some));
            left -= some;
            if (left == 0 && !sums.finish().sha256().equals(sha256())) {
                throw TrivetException.of(
                        Refusal.Kind.CORRUPT, "piece " + piece.number(), "its chunks are not what was recorded");
            }
            return some;
        }

        private Sha256 sha256() {
            return Sha256.ofChunks(
                    piece.chunks().stream().map(Command.Proof::sha256).toList());
        }

        @Override
        public void close() {
            reader.close();
        }
    }

    @Override
    public FileRecord complete(Upload upload, int pieces, MetadataChange change, Condition... conditions) {
        Integer mode = change.mode();
        Instant modified = change.modified();
        Attributes attributes = change.attributes();
        Command complete = new Command.CompleteUpload(
                upload.file(),
                upload.path(),
                pieces,
                modified == null ? Instant.now() : modified,
                "",
                mode == null ? SaveInProgress.Metadata.DEFAULT_MODE : mode,
                attributes == null ? Attributes.NONE : attributes);
        try {
            Outcome committed = SaveInProgress.checkedAgain(
                    () -> session.submit(complete, List.of(conditions)), () -> recheck(upload));
            return ((Outcome.Committed) committed).record();
        } catch (TrivetException e) {
            if (e.kind() == Refusal.Kind.NOT_OPEN) {
                return completed(upload).orElseThrow(() -> e);
            }
            throw e;
        }
    }

    /** The file, if an earlier try or another client has completed the upload. */
    private Optional<FileRecord> completed(Upload upload) {
        try {
            NameEntry there = ((QueryResult.Found) leader.ask(new Query.Lookup(upload.path()))).nameEntry();
            return there instanceof NameEntry.File file && file.record().id().equals(upload.file())
                    ? Optional.of(file.record())
                    : Optional.empty();
        } catch (TrivetException e) {
            if (e.kind() == Refusal.Kind.NO_SUCH_FILE || e.kind() == Refusal.Kind.NOT_A_DIRECTORY) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Rule 7: a node has lost data since it stored a piece, so every chunk is asked for again. */
    private void recheck(Upload upload) {
        RenewableToken token = ask(upload.file(), 0, 1, Right.WRITE).token;
        for (Piece piece : pieces(upload.file())) {
            try (SaveInProgress save = open(upload, token)) {
                boolean last = piece.length() < upload.pieceBytes();
                save.recheck(upload.firstChunkOf(piece.number()), piece, last);
                save.record(piece.number(), piece.length(), piece.tag());
            }
        }
    }

    @Override
    public void abort(FileId file) {
        try {
            leader.submit(new Command.AbortUpload(file));
        } catch (TrivetException e) {
            if (e.kind() != Refusal.Kind.NOT_OPEN) {
                throw e;
            }
        }
    }

    /** Elements that are fetched page by page. One thread. */
    private static final class Pages<K, T> implements Iterator<T> {
        /** {@code next}: what the next page is fetched with; null after the last. */
        private record Page<K, T>(
                List<T> elements, @Nullable K next) {}

        private final Function<K, Page<K, T>> fetch;
        private @Nullable K next;
        private Iterator<T> page = List.<T>of().iterator();

        Pages(K first, Function<K, Page<K, T>> fetch) {
            this.next = first;
            this.fetch = fetch;
        }

        @Override
        public boolean hasNext() {
            for (K from = next; !page.hasNext() && from != null; from = next) {
                Page<K, T> fetched = fetch.apply(from);
                page = fetched.elements().iterator();
                next = fetched.next();
            }
            return page.hasNext();
        }

        @Override
        public T next() {
            if (!hasNext()) {
                throw new java.util.NoSuchElementException();
            }
            return page.next();
        }
    }
}
