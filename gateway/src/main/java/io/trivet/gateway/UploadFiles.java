package io.trivet.gateway;

import io.trivet.client.ListedEntry;
import io.trivet.client.RemoteOutput;
import io.trivet.client.TrivetClient;
import io.trivet.gateway.error.S3Error;
import io.trivet.gateway.error.S3Exception;
import io.trivet.gateway.key.ObjectKey;
import io.trivet.model.Condition;
import io.trivet.model.FileRecord;
import io.trivet.model.NameEntry;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files in which uploads in parts are kept until they are completed.
 *
 * <pre>
 *   BUCKET/.trivet-s3/uploads/ID/upload      the key, and what belongs to it
 *   BUCKET/.trivet-s3/uploads/ID/p00001      a part that is no piece of the object, see {@link UploadPieces}
 * </pre>
 *
 * <p>A user who may not write there, but where the object is to be, has the same in the directory of
 * the object; the first letter of an id says which of the two it is.
 */
final class UploadFiles {
    static final String DIRECTORY = "uploads";
    static final int MAX_PARTS = 10_000;

    /** An upload to which nobody has added anything for so long was given up. */
    static final Duration EXPIRY = Duration.ofDays(7);

    private static final Logger LOG = LoggerFactory.getLogger(UploadFiles.class);
    private static final String HEAD = "upload";
    private static final String FORMAT = "trivet-s3-upload 1\n";
    private static final int MAX_HEAD = 8 << 10;
    private static final int ID_BYTES = 16;
    private static final Pattern ID = Pattern.compile("[bd][0-9a-f]{32}");
    private static final String OF_BUCKET = "b";
    static final String OF_DIRECTORY = "d";
    private static final Pattern PART = Pattern.compile("p([0-9]{5})");
    private static final int MAX_UPLOADS = 10_000;

    /** Uploads that are looked at when another one begins. */
    private static final int MAX_LOOKED = 1000;

    private final OpenReads open;
    private final SecureRandom random = new SecureRandom();

    UploadFiles(OpenReads open) {
        this.open = open;
    }

    private static RemotePath uploads(RemotePath directory) {
        return directory.resolve(ObjectKey.RESERVED).resolve(DIRECTORY);
    }

    /** Of the files of an upload to this place. */
    private static RemotePath directory(Place place, String id) {
        RemotePath above =
                id.startsWith(OF_BUCKET) ? place.directory() : place.path().parent();
        return uploads(above).resolve(id);
    }

    /** Begins an upload where this user may write, and removes those that were given up. Returns the id. */
    String begin(TrivetClient client, Place place, ObjectProperties properties) throws IOException {
        byte[] bytes = new byte[ID_BYTES];
        random.nextBytes(bytes);
        String number = HexFormat.of().formatHex(bytes);
        String id;
        try {
            id = OF_BUCKET + number;
            save(client, place, id, properties);
        } catch (TrivetException e) {
            if (e.kind() != Refusal.Kind.FORBIDDEN) {
                throw e;
            }
            id = OF_DIRECTORY + number;
            save(client, place, id, properties);
        }
        expire(client, directory(place, id).parent(), Instant.now());
        return id;
    }

    /** The attributes are those that the object gets. */
    private static void save(TrivetClient client, Place place, String id, ObjectProperties properties)
            throws IOException {
        byte[] head = (FORMAT
                        + properties.modified().map(ModifiedTime::text).orElse("-")
                        + "\n" + place.key().text())
                .getBytes(StandardCharsets.UTF_8);
        try (RemoteOutput out = client.create(directory(place, id).resolve(HEAD), head.length)) {
            try {
                out.write(head);
                out.setAttributes(properties.attributes());
                out.commit();
            } finally {
                out.abort(); // where it was not committed
            }
        }
    }

    /** What the object gets when the upload is completed. */
    static ObjectProperties properties(TrivetClient client, Upload upload) {
        return new ObjectProperties(
                upload.modified(),
                client.attributes(upload.directory().resolve(HEAD)).attributes());
    }

    /** Whether it was neither completed nor aborted. */
    static boolean isThere(TrivetClient client, Upload upload) {
        return ClientTree.stat(client, upload.directory().resolve(HEAD)).isPresent();
    }

    /** The upload with this id. Throws {@code NoSuchUpload}, also for one of another key. */
    Upload require(TrivetClient client, Place place, String id) throws IOException {
        if (!ID.matcher(id).matches()) {
            throw noSuchUpload();
        }
        Upload upload = read(client, directory(place, id), id);
        if (upload == null || !upload.key().equals(place.key().text())) {
            Place.requireBucket(client, place.directory());
            throw noSuchUpload();
        }
        return upload;
    }

    static S3Exception noSuchUpload() {
        return new S3Exception(
                S3Error.NO_SUCH_UPLOAD,
                "The specified upload does not exist. It may have been aborted or completed, or the id is wrong.");
    }

    /**
     * Removes uploads that nobody has added to for {@link #EXPIRY}. Whoever begins one does it for
     * those beside it; what it may not remove, or what fails, is left to the next one.
     */
    static void expire(TrivetClient client, RemotePath uploads, Instant now) {
        Instant before = now.minus(EXPIRY);
        try {
            Iterator<NameEntry> entries = ClientTree.list(client, uploads, "");
            for (int looked = 0; looked < MAX_LOOKED && entries.hasNext(); looked++) {
                if (entries.next() instanceof NameEntry.Directory upload
                        && upload.modified().isBefore(before)
                        && isSilent(client, uploads.resolve(upload.name()), before)) {
                    client.remove(uploads.resolve(upload.name()), true, true);
                }
            }
        } catch (TrivetException e) {
            LOG.info("Uploads below {} were not looked through: {}", uploads, e.getMessage());
        }
    }

    private static boolean isSilent(TrivetClient client, RemotePath upload, Instant before) {
        if (UploadPieces.find(client, upload).isPresent()) {
            return false; // the cluster gives it up when it is silent
        }
        Iterator<NameEntry> entries = ClientTree.list(client, upload, "");
        while (entries.hasNext()) {
            if (entries.next() instanceof NameEntry.File file
                    && !file.record().modified().isBefore(before)) {
                return false;
            }
        }
        return true;
    }

    /** Null where there is none. */
    private @Nullable Upload read(TrivetClient client, RemotePath directory, String id) throws IOException {
        try (OpenReads.Reading reading = open.open(client, directory.resolve(HEAD))) {
            FileRecord record = reading.input().record();
            if (record.size() > MAX_HEAD) {
                return null;
            }
            String text = new String(reading.stream(0, record.size()).readAllBytes(), StandardCharsets.UTF_8);
            int line = text.indexOf('\n', FORMAT.length());
            if (!text.startsWith(FORMAT) || line < 0) {
                return null;
            }
            return new Upload(
                    id,
                    directory,
                    text.substring(line + 1),
                    ModifiedTime.parse(text.substring(FORMAT.length(), line)),
                    record.modified());
        } catch (TrivetException e) {
            return switch (e.kind()) {
                case NO_SUCH_FILE, NOT_A_DIRECTORY, IS_A_DIRECTORY, IS_A_LINK -> null;
                default -> throw e;
            };
        }
    }

    /** Parts were never anybody's files: they pass the trash. */
    static void remove(TrivetClient client, Upload upload) {
        UploadPieces.abort(client, upload);
        try {
            client.remove(upload.directory(), true, true);
        } catch (TrivetException e) {
            if (e.kind() != Refusal.Kind.NO_SUCH_FILE) {
                throw e;
            }
        }
        tidy(client, upload.directory().parent());
    }

    /** Takes the directories of uploads away with the last one. */
    private static void tidy(TrivetClient client, RemotePath uploads) {
        try {
            client.onlyIf(Condition.directory(uploads)).remove(uploads, false, true);
            RemotePath reserved = uploads.parent();
            client.onlyIf(Condition.directory(reserved)).remove(reserved, false, true);
        } catch (TrivetException _) {
            return; // others are under way
        }
    }

    static Map<Integer, UploadPart> partsOf(TrivetClient client, Upload upload) {
        Map<Integer, UploadPart> parts = new TreeMap<>();
        Iterator<ListedEntry> entries = new ClientTree(client).entries(upload.directory(), "");
        while (entries.hasNext() && parts.size() < MAX_PARTS) {
            ListedEntry listed = entries.next();
            NameEntry entry = listed.entry();
            var name = PART.matcher(entry.name());
            if (name.matches() && entry instanceof NameEntry.File file) {
                int number = Integer.parseInt(name.group(1));
                parts.put(number, UploadPart.of(number, file.record(), Optional.ofNullable(listed.attribute())));
            }
        }
        UploadPieces.addTo(parts, client, upload);
        return parts;
    }

    /** Those of the bucket, and of the directory that the prefix names: a user may have rights to one of them. */
    List<Upload> all(TrivetClient client, RemotePath bucket, String prefix) throws IOException {
        List<Upload> found = new ArrayList<>();
        int slash = prefix.lastIndexOf('/');
        if (slash < 1) {
            addAll(client, bucket, found);
            return found;
        }
        TrivetException refused = null;
        try {
            addAll(client, bucket, found);
        } catch (TrivetException e) {
            refused = requireForbidden(e);
        }
        try {
            addAll(client, ObjectKey.parse(prefix.substring(0, slash)).in(bucket), found);
        } catch (TrivetException e) {
            requireForbidden(e);
            if (refused != null) {
                throw e;
            }
        }
        return found;
    }

    /** What a user may not see is passed over; anything else is a failure of the list. */
    private static TrivetException requireForbidden(TrivetException e) {
        if (e.kind() != Refusal.Kind.FORBIDDEN) {
            throw e;
        }
        return e;
    }

    private void addAll(TrivetClient client, RemotePath above, List<Upload> found) throws IOException {
        Iterator<NameEntry> entries = ClientTree.list(client, uploads(above), "");
        while (entries.hasNext() && found.size() < MAX_UPLOADS) {
            String id = entries.next().name();
            if (ID.matcher(id).matches()) {
                Upload upload = read(client, uploads(above).resolve(id), id);
                if (upload != null) {
                    found.add(upload);
                }
            }
        }
    }
}
