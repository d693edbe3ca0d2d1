package io.trivet.cli.web;

import io.trivet.cli.files.ListCommand;
import io.trivet.cli.files.WhereTable;
import io.trivet.cli.text.Json;
import io.trivet.cli.text.Text;
import io.trivet.client.RemoteInput;
import io.trivet.client.RemoteOutput;
import io.trivet.client.TrivetClient;
import io.trivet.model.Condition;
import io.trivet.model.NameEntry;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;

/** The page of files. Nothing of a file is kept here: uploads and downloads are passed on as they come. */
final class FileAnswers {
    static final int PAGE = 500;
    static final int MAX_TEXT = 256 << 10;
    static final int MAX_PICTURE = 16 << 20;

    /** Of a file with more chunks, a page would show nothing that can be read. */
    static final int MAX_CHUNKS = 1000;

    /** Each upload of more than a chunk holds two in memory. */
    static final int UPLOADS = 2;

    static final int DOWNLOADS = 8;
    private static final long WAIT_SECONDS = 20;
    private static final int BUFFER = 256 << 10;

    private final TrivetClient client;
    private final ChangeLog changes;
    private final Semaphore uploads = new Semaphore(UPLOADS, true);
    private final Semaphore downloads = new Semaphore(DOWNLOADS, true);

    FileAnswers(TrivetClient client, ChangeLog changes) {
        this.client = client;
        this.changes = changes;
    }

    Json list(WebRequest request) {
        RemotePath directory = request.path();
        List<Json> entries = new ArrayList<>();
        String last = null;
        boolean more = false;
        for (NameEntry entry : client.list(directory, request.optional("after").orElse(""))) {
            if (entries.size() == PAGE) {
                more = true;
                break;
            }
            entries.add(ListCommand.json(entry));
            last = entry.name();
        }
        return new Json()
                .put("path", directory.toString())
                .put("entries", entries)
                .put("next", more ? last : null);
    }

    /** A file, and where its chunks are. */
    Json file(WebRequest request) {
        RemotePath path = request.path();
        NameEntry entry = client.stat(path);
        if (!(entry instanceof NameEntry.File file)) {
            Refusal.Kind kind = entry instanceof NameEntry.Link ? Refusal.Kind.IS_A_LINK : Refusal.Kind.IS_A_DIRECTORY;
            throw TrivetException.of(kind, path.toString(), "");
        }
        Json json = ListCommand.json(file)
                .put("path", path.toString())
                .put("id", file.record().id().toString())
                .put("owner", file.record().owner())
                .put(
                        "sha256",
                        Optional.ofNullable(file.record().sha256())
                                .map(Object::toString)
                                .orElse(null))
                .put("chunkCount", file.record().chunkCount());
        return json.put(
                "where",
                file.record().chunkCount() > MAX_CHUNKS
                        ? null
                        : WhereTable.json(client.replicas().where(path)));
    }

    /** Whether something has this name: asked before an upload, and checked again at its commit. */
    Json exists(WebRequest request) {
        try {
            return new Json().put("exists", true).put("entry", ListCommand.json(client.stat(request.path())));
        } catch (TrivetException e) {
            if (e.kind() != Refusal.Kind.NO_SUCH_FILE) {
                throw e;
            }
            return new Json().put("exists", false);
        }
    }

    /** The beginning of a file as text; null for one that is not text in UTF-8. */
    Json text(WebRequest request) throws IOException {
        try (Permit _ = permit(downloads);
                RemoteInput input = client.open(request.path())) {
            byte[] bytes = read(input, (int) Math.min(input.record().size(), MAX_TEXT));
            return new Json()
                    .put("text", decoded(bytes).orElse(null))
                    .put("isWhole", bytes.length == input.record().size());
        }
    }

    /** A character that the end cuts in two is left out. */
    private static Optional<String> decoded(byte[] bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        CharBuffer characters = CharBuffer.allocate(bytes.length);
        CoderResult result = decoder.decode(ByteBuffer.wrap(bytes), characters, false);
        String text = characters.flip().toString();
        return result.isError() || text.indexOf('\0') >= 0 ? Optional.empty() : Optional.of(text);
    }

    /** A picture of a kind that browsers draw and that holds no script; its kind is told beside it. */
    void picture(WebRequest request) throws IOException {
        try (Permit _ = permit(downloads);
                RemoteInput input = client.open(request.path())) {
            long size = input.record().size();
            byte[] head = read(input, (int) Math.min(size, 16));
            String kind = pictureKind(head)
                    .filter(_ -> size <= MAX_PICTURE)
                    .orElseThrow(() -> new WebFailure(415, Text.of("this is no picture that can be shown")));
            input.position(0);
            byte[] all = read(input, (int) size);
            request.header("X-Trivet-Picture", kind);
            WebRequest.bytes(request.response(), 200, "application/octet-stream", all);
        }
    }

    private static Optional<String> pictureKind(byte[] head) {
        String begin = new String(head, StandardCharsets.ISO_8859_1);
        if (begin.startsWith("\u0089PNG\r\n\u001a\n")) {
            return Optional.of("image/png");
        }
        if (begin.startsWith("\u00ff\u00d8\u00ff")) {
            return Optional.of("image/jpeg");
        }
        if (begin.startsWith("GIF87a") || begin.startsWith("GIF89a")) {
            return Optional.of("image/gif");
        }
        return begin.startsWith("RIFF") && begin.startsWith("WEBP", 8) ? Optional.of("image/webp") : Optional.empty();
    }

    private static byte[] read(RemoteInput input, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining()) {
            if (input.read(bytes) < 0) {
                throw new EOFException();
            }
        }
        return bytes.array();
    }

    /** Sends a whole file, as something to keep and never to show. Ends the connection if it fails in the middle. */
    void download(WebRequest request, RemotePath path) throws IOException {
        try (Permit _ = permit(downloads);
                RemoteInput input = client.open(path)) {
            request.header("Content-Type", "application/octet-stream");
            request.header("Content-Disposition", "attachment; filename*=UTF-8''" + encoded(path.name()));
            request.header("Content-Security-Policy", "default-src 'none'; sandbox; frame-ancestors 'none'");
            request.response().setStatus(200);
            request.response()
                    .getHeaders()
                    .put(HttpHeader.CONTENT_LENGTH, input.record().size());
            ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
            try (OutputStream out = Content.Sink.asOutputStream(request.response())) {
                for (long left = input.record().size(); left > 0; ) {
                    buffer.clear().limit((int) Math.min(BUFFER, left));
                    int some = input.read(buffer);
                    if (some < 0) {
                        throw new EOFException();
                    }
                    out.write(buffer.array(), 0, some);
                    left -= some;
                }
            }
        }
    }

    /** Everything but letters, digits and a few signs is encoded, so a name cannot end the header. */
    private static String encoded(String name) {
        StringBuilder encoded = new StringBuilder();
        for (byte each : name.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (each & 0xff);
            if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || "-._".indexOf(c) >= 0) {
                encoded.append(c);
            } else {
                encoded.append(String.format("%%%02X", (int) c));
            }
        }
        return encoded.toString();
    }

    /** The body becomes the file, or nothing does. Without {@code replace} a file of that name stays. */
    Json upload(WebRequest request) throws IOException {
        RemotePath path = request.path();
        long length = request.bodyLength();
        boolean replace = request.optional("replace").filter("1"::equals).isPresent();
        try (Permit _ = permit(uploads);
                RemoteOutput output = replace
                        ? client.create(path, length)
                        : client.onlyIf(Condition.absent(path)).create(path, length)) {
            boolean whole = false;
            try {
                copy(request.body(), output, length);
                whole = true;
            } finally {
                if (!whole) {
                    output.abort();
                }
            }
            output.commit();
        }
        changes.add(Text.of("saved {0}", path));
        return new Json().put("path", path.toString()).put("size", length);
    }

    private static void copy(InputStream from, OutputStream to, long length) throws IOException {
        byte[] buffer = new byte[BUFFER];
        for (long left = length; left > 0; ) {
            int some = from.read(buffer, 0, (int) Math.min(BUFFER, left));
            if (some < 0) {
                throw new EOFException();
            }
            to.write(buffer, 0, some);
            left -= some;
        }
    }

    Json makeDirectory(WebRequest request) {
        RemotePath path = request.path();
        client.onlyIf(Condition.absent(path)).makeDirectory(path);
        changes.add(Text.of("made the directory {0}", path));
        return new Json().put("path", path.toString());
    }

    /** A directory goes with all that is in it. Goes through the trash, if the cluster has one. */
    Json remove(WebRequest request) {
        RemotePath path = request.path();
        client.remove(path, true);
        changes.add(Text.of("removed {0}", path));
        return new Json().put("path", path.toString());
    }

    /** Never onto a name that something has. */
    Json rename(WebRequest request) {
        RemotePath from = request.path();
        RemotePath to = RemotePath.parse(request.parameter("to"));
        client.onlyIf(Condition.absent(to)).rename(from, to);
        changes.add(Text.of("renamed {0} to {1}", from, to));
        return new Json().put("path", to.toString());
    }

    private interface Permit extends AutoCloseable {
        @Override
        void close();
    }

    private static Permit permit(Semaphore free) {
        try {
            if (!free.tryAcquire(WAIT_SECONDS, TimeUnit.SECONDS)) {
                throw new WebFailure(503, Text.of("too many transfers at once: try again"));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new WebFailure(503, Text.of("interrupted"));
        }
        return free::release;
    }
}
