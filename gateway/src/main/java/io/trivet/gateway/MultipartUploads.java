package io.trivet.gateway;

import io.trivet.client.RemoteOutput;
import io.trivet.client.TrivetClient;
import io.trivet.gateway.checksum.CheckedBody;
import io.trivet.gateway.checksum.ChecksumAlgorithm;
import io.trivet.gateway.error.S3Error;
import io.trivet.gateway.error.S3Exception;
import io.trivet.gateway.key.BucketName;
import io.trivet.gateway.key.ObjectKey;
import io.trivet.gateway.signature.Query;
import io.trivet.gateway.signature.UriEncoding;
import io.trivet.gateway.xml.XmlDocument;
import io.trivet.gateway.xml.XmlElement;
import io.trivet.model.Attributes;
import io.trivet.model.Condition;
import io.trivet.model.FileRecord;
import io.trivet.model.NameEntry;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Uploads in parts.
 *
 * <pre>
 *   BUCKET/.trivet-s3/uploads/ID/upload      the key, and what belongs to it
 *   BUCKET/.trivet-s3/uploads/ID/p00001      a part
 * </pre>
 *
 * <p>A user who may not write there, but where the object is to be, has the same in the directory of
 * the object; the first letter of an id says which of the two it is.
 *
 * <p>Each part is a file, saved as any other. To complete an upload is to save the parts, one after
 * the other, as one more file: the object appears with that one commit, and the parts are removed
 * after it. So until then twice the space is needed, and completing takes as long as copying. Cut
 * short, it can be completed again.
 */
final class MultipartUploads {
    static final String DIRECTORY = "uploads";

    private static final String HEAD = "upload";
    private static final String FORMAT = "trivet-s3-upload 1\n";
    private static final int MAX_HEAD = 8 << 10;
    private static final int ID_BYTES = 16;
    private static final Pattern ID = Pattern.compile("[bd][0-9a-f]{32}");
    private static final String OF_BUCKET = "b";
    private static final String OF_DIRECTORY = "d";
    private static final Pattern PART = Pattern.compile("p([0-9]{5})");
    /** An upload that is older, and so are all its parts, was given up. */
    static final Duration EXPIRY = Duration.ofDays(7);

    private static final Logger LOG = LoggerFactory.getLogger(MultipartUploads.class);
    private static final int MAX_PARTS = 10_000;
    private static final int MAX_UPLOADS = 10_000;
    private static final int PAGE = 1000;
    private static final long MAX_PART = 5L << 30;
    private static final long MIN_PART = 5L << 20;

    private final RemotePath root;
    private final ObjectWrites writes;
    private final OpenReads open;
    private final CompletedUploads completed = new CompletedUploads();
    private final SecureRandom random = new SecureRandom();

    MultipartUploads(RemotePath root, ObjectWrites writes, OpenReads open) {
        this.root = root;
        this.writes = writes;
        this.open = open;
    }

    /** An upload that was begun. */
    private record Upload(String id, RemotePath directory, String key, Optional<Instant> modified, Instant begun) {
        RemotePath part(int number) {
            return directory.resolve(String.format(Locale.ROOT, "p%05d", number));
        }
    }

    private record Part(int number, FileRecord record) {
        String tag() {
            return EntityTag.of(record);
        }
    }

    private static RemotePath uploads(RemotePath directory) {
        return directory.resolve(ObjectKey.RESERVED).resolve(DIRECTORY);
    }

    private static RemotePath directory(Place place, String id) {
        RemotePath above =
                id.startsWith(OF_BUCKET) ? place.directory() : place.path().parent();
        return uploads(above).resolve(id);
    }

    /** {@code CreateMultipartUpload}. */
    void begin(Exchange exchange, Place place) throws IOException {
        ObjectWrites.requireSupported(exchange);
        if (place.key().isDirectory()) {
            throw new S3Exception(
                    S3Error.INVALID_ARGUMENT, "A key that ends with a slash is a directory, and has no bytes.");
        }
        ObjectProperties properties = ObjectProperties.of(exchange);
        ObjectWrites.requireRoom(exchange.client(), place, Conditions.NONE);
        byte[] bytes = new byte[ID_BYTES];
        random.nextBytes(bytes);
        String number = HexFormat.of().formatHex(bytes);
        byte[] head = (FORMAT
                        + properties.modified().map(ModifiedTime::text).orElse("-")
                        + "\n" + place.key().text())
                .getBytes(StandardCharsets.UTF_8);
        String id = begin(exchange.client(), place, number, new Head(head, properties.attributes()));
        expire(exchange.client(), directory(place, id).parent(), Instant.now());
        exchange.header("x-amz-checksum-algorithm")
                .flatMap(ChecksumAlgorithm::named)
                .ifPresent(algorithm -> exchange.with("x-amz-checksum-algorithm", algorithm.name()));
        exchange.document(XmlDocument.of(
                "InitiateMultipartUploadResult",
                document -> document.element("Bucket", place.bucket())
                        .element("Key", place.key().text())
                        .element("UploadId", id)));
    }

    /** What is kept of an upload while it lasts; the attributes are those that the object gets. */
    private record Head(byte[] bytes, Attributes attributes) {}

    /** Where this user may write; returns the id. */
    private static String begin(TrivetClient client, Place place, String number, Head head) throws IOException {
        try {
            save(client, directory(place, OF_BUCKET + number), head);
            return OF_BUCKET + number;
        } catch (TrivetException e) {
            if (e.kind() != Refusal.Kind.FORBIDDEN) {
                throw e;
            }
            save(client, directory(place, OF_DIRECTORY + number), head);
            return OF_DIRECTORY + number;
        }
    }

    /**
     * Removes uploads that nobody has added to for {@link #EXPIRY}. Whoever begins one does it for
     * those beside it; what it may not remove, or what fails, is left to the next one.
     */
    static void expire(TrivetClient client, RemotePath uploads, Instant now) {
        Instant before = now.minus(EXPIRY);
        try {
            Iterator<NameEntry> entries = ClientTree.list(client, uploads, "");
            for (int looked = 0; looked < PAGE && entries.hasNext(); looked++) {
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
        Iterator<NameEntry> entries = ClientTree.list(client, upload, "");
        while (entries.hasNext()) {
            if (entries.next() instanceof NameEntry.File file
                    && !file.record().modified().isBefore(before)) {
                return false;
            }
        }
        return true;
    }

    private static void save(TrivetClient client, RemotePath directory, Head head) throws IOException {
        try (RemoteOutput out = client.create(directory.resolve(HEAD), head.bytes.length)) {
            try {
                out.write(head.bytes);
                out.setAttributes(head.attributes);
                out.commit();
            } finally {
                out.abort(); // where it was not committed
            }
        }
    }

    /** The upload that a request names. Throws {@code NoSuchUpload}, also for one of another key. */
    private Upload require(Exchange exchange, Place place) throws IOException {
        String id = exchange.query().value("uploadId").orElse("");
        if (!ID.matcher(id).matches()) {
            throw noSuchUpload();
        }
        Upload upload = read(exchange.client(), directory(place, id), id);
        if (upload == null || !upload.key.equals(place.key().text())) {
            Place.requireBucket(exchange.client(), place.directory());
            throw noSuchUpload();
        }
        return upload;
    }

    private static S3Exception noSuchUpload() {
        return new S3Exception(
                S3Error.NO_SUCH_UPLOAD,
                "The specified upload does not exist. It may have been aborted or completed, or the id is wrong.");
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
                case NO_SUCH_FILE, NOT_A_DIRECTORY, IS_A_DIRECTORY -> null;
                default -> throw e;
            };
        }
    }

    /** {@code UploadPart} and {@code UploadPartCopy}. */
    void put(Exchange exchange, Place place) throws IOException {
        int number = partNumber(exchange.query().value("partNumber").orElse(""));
        Optional<String> copySource = exchange.header("x-amz-copy-source");
        long length = copySource.isPresent() ? 0 : exchange.bodyLength();
        if (length > MAX_PART) {
            throw new S3Exception(S3Error.ENTITY_TOO_LARGE, "A part has 5 GiB at the most.");
        }
        Upload upload = require(exchange, place);
        Place part = new Place(place.bucket(), place.directory(), place.key(), upload.part(number));
        if (copySource.isPresent()) {
            copyPart(exchange, upload, part);
            return;
        }
        FileRecord record =
                writes.save(exchange.client(), part, length, exchange::body, ObjectProperties.NONE, List.of());
        requireStill(exchange.client(), upload);
        ObjectWrites.checksums(exchange);
        exchange.with("ETag", EntityTag.of(record)).empty(200);
    }

    private static int partNumber(String text) {
        try {
            int number = Integer.parseInt(text);
            if (number >= 1 && number <= MAX_PARTS) {
                return number;
            }
        } catch (NumberFormatException _) {
            // as if it were out of range
        }
        throw new S3Exception(
                S3Error.INVALID_ARGUMENT, "Part number must be an integer between 1 and " + MAX_PARTS + ", inclusive");
    }

    /** A part that was saved while its upload was aborted goes as well. */
    private static void requireStill(TrivetClient client, Upload upload) {
        if (ClientTree.stat(client, upload.directory.resolve(HEAD)).isEmpty()) {
            remove(client, upload);
            throw noSuchUpload();
        }
    }

    private void copyPart(Exchange exchange, Upload upload, Place part) throws IOException {
        TrivetClient client = exchange.client();
        ObjectWrites.Copied copied = writes.source(exchange);
        ByteRange range = exchange.header("x-amz-copy-source-range")
                .map(text -> ByteRange.parseWithin(text, copied.size())
                        .orElseThrow(() -> new S3Exception(
                                S3Error.INVALID_ARGUMENT, "The x-amz-copy-source-range must be bytes=first-last.")))
                .orElse(new ByteRange(0, copied.size()));
        if (range.length() > MAX_PART) {
            throw new S3Exception(S3Error.ENTITY_TOO_LARGE, "A part has 5 GiB at the most.");
        }
        SlowAnswer answer = new SlowAnswer(exchange);
        try {
            FileRecord record = writes.save(
                    client,
                    part,
                    range.length(),
                    () -> copied.size() == 0
                            ? InputStream.nullInputStream()
                            : answer.watched(writes.opened(client, copied, range)),
                    ObjectProperties.NONE,
                    List.of());
            requireStill(client, upload);
            answer.finish(XmlDocument.of(
                    "CopyPartResult",
                    document -> document.element("LastModified", XmlDocument.time(record.modified()))
                            .element("ETag", EntityTag.of(record))));
        } catch (S3Exception | TrivetException e) {
            ObjectWrites.failLate(answer, e);
        }
    }

    /** {@code AbortMultipartUpload}. */
    void abort(Exchange exchange, Place place) throws IOException {
        remove(exchange.client(), require(exchange, place));
        place.prune(exchange.client());
        exchange.empty(204);
    }

    /** Parts were never anybody's files: they pass the trash. */
    private static void remove(TrivetClient client, Upload upload) {
        try {
            client.remove(upload.directory, true, true);
        } catch (TrivetException e) {
            if (e.kind() != Refusal.Kind.NO_SUCH_FILE) {
                throw e;
            }
        }
        tidy(client, upload.directory.parent());
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

    private static Map<Integer, Part> partsOf(TrivetClient client, Upload upload) {
        Map<Integer, Part> parts = new TreeMap<>();
        Iterator<NameEntry> entries = ClientTree.list(client, upload.directory, "");
        while (entries.hasNext() && parts.size() < MAX_PARTS) {
            NameEntry entry = entries.next();
            var name = PART.matcher(entry.name());
            if (name.matches() && entry instanceof NameEntry.File file) {
                int number = Integer.parseInt(name.group(1));
                parts.put(number, new Part(number, file.record()));
            }
        }
        return parts;
    }

    /** {@code ListParts}. */
    void parts(Exchange exchange, Place place) throws IOException {
        Query query = exchange.query();
        Upload upload = require(exchange, place);
        int marker = number(query.value("part-number-marker"), 0);
        int max = Math.min(PAGE, number(query.value("max-parts"), PAGE));
        List<Part> all = partsOf(exchange.client(), upload).values().stream()
                .filter(part -> part.number > marker)
                .toList();
        List<Part> page = all.subList(0, Math.min(max, all.size()));
        exchange.document(XmlDocument.of("ListPartsResult", document -> {
            document.element("Bucket", place.bucket())
                    .element("Key", encoding(query).apply(upload.key))
                    .element("UploadId", upload.id);
            Settings.owner(document, "Initiator", exchange.accessKey());
            Settings.owner(document, "Owner", exchange.accessKey());
            document.element("StorageClass", "STANDARD")
                    .element("PartNumberMarker", marker)
                    .element("NextPartNumberMarker", page.isEmpty() ? marker : page.getLast().number)
                    .element("MaxParts", max)
                    .element("IsTruncated", page.size() < all.size());
            page.forEach(part -> document.element(
                    "Part",
                    element -> element.element("PartNumber", part.number)
                            .element("LastModified", XmlDocument.time(part.record.modified()))
                            .element("ETag", part.tag())
                            .element("Size", part.record.size())));
        }));
    }

    private static int number(Optional<String> text, int otherwise) {
        try {
            int number = text.filter(value -> !value.isEmpty())
                    .map(Integer::parseInt)
                    .orElse(otherwise);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException _) {
            // as if it were negative
        }
        throw new S3Exception(S3Error.INVALID_ARGUMENT, "A number of the query is not an integer of 0 or more.");
    }

    private static UnaryOperator<String> encoding(Query query) {
        return query.value("encoding-type").filter("url"::equals).isPresent()
                ? UriEncoding::encodePath
                : UnaryOperator.identity();
    }

    /** {@code ListMultipartUploads}, in the order of keys, and of time for one key. */
    void list(Exchange exchange, BucketName bucket) throws IOException {
        Query query = exchange.query();
        RemotePath directory = Place.directory(root, bucket);
        Place.requireBucket(exchange.client(), directory);
        String prefix = query.value("prefix").orElse("");
        String keyMarker = query.value("key-marker").orElse("");
        String idMarker = query.value("upload-id-marker").orElse("");
        int max = Math.min(PAGE, number(query.value("max-uploads"), PAGE));
        List<Upload> all = all(exchange.client(), directory, prefix).stream()
                .filter(upload -> upload.key.startsWith(prefix))
                .sorted(Comparator.comparing(Upload::key)
                        .thenComparing(Upload::begun)
                        .thenComparing(Upload::id))
                .toList();
        int from = 0;
        while (from < all.size() && isBehind(all.get(from), keyMarker, idMarker)) {
            from++;
        }
        List<Upload> page = all.subList(from, Math.min(all.size(), from + max));
        boolean truncated = from + page.size() < all.size();
        UnaryOperator<String> encoding = encoding(query);
        exchange.document(XmlDocument.of("ListMultipartUploadsResult", document -> {
            document.element("Bucket", bucket)
                    .element("KeyMarker", encoding.apply(keyMarker))
                    .element("UploadIdMarker", idMarker)
                    .element("Prefix", encoding.apply(prefix))
                    .element("MaxUploads", max)
                    .element("IsTruncated", truncated);
            if (truncated && !page.isEmpty()) {
                document.element("NextKeyMarker", encoding.apply(page.getLast().key))
                        .element("NextUploadIdMarker", page.getLast().id);
            }
            page.forEach(upload -> document.element("Upload", element -> {
                element.element("Key", encoding.apply(upload.key)).element("UploadId", upload.id);
                Settings.owner(element, "Initiator", exchange.accessKey());
                Settings.owner(element, "Owner", exchange.accessKey());
                element.element("StorageClass", "STANDARD").element("Initiated", XmlDocument.time(upload.begun));
            }));
        }));
    }

    private static boolean isBehind(Upload upload, String keyMarker, String idMarker) {
        int order = upload.key.compareTo(keyMarker);
        return !keyMarker.isEmpty()
                && (order < 0 || (order == 0 && (idMarker.isEmpty() || upload.id.compareTo(idMarker) <= 0)));
    }

    /** Those of the bucket, and of the directory that the prefix names: a user may have rights to one of them. */
    private List<Upload> all(TrivetClient client, RemotePath bucket, String prefix) throws IOException {
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
            refused = e;
        }
        try {
            addAll(client, ObjectKey.parse(prefix.substring(0, slash)).in(bucket), found);
        } catch (TrivetException e) {
            if (refused != null) {
                throw e;
            }
        }
        return found;
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

    /** {@code CompleteMultipartUpload}. */
    void complete(Exchange exchange, Place place) throws IOException {
        TrivetClient client = exchange.client();
        Conditions asked = Conditions.of(exchange.head());
        List<XmlElement> named = XmlElement.parse(exchange.documentWithoutSums())
                .named("CompleteMultipartUpload")
                .all("Part");
        Optional<byte[]> before =
                completed.answer(exchange.query().value("uploadId").orElse(""), place.path());
        if (before.isPresent()) {
            exchange.document(before.get());
            return;
        }
        Upload upload = require(exchange, place);
        List<Part> parts = chosen(partsOf(client, upload), named);
        List<Condition> conditions = ObjectWrites.requireRoom(client, place, asked);
        ObjectProperties properties = new ObjectProperties(
                upload.modified,
                client.attributes(upload.directory.resolve(HEAD)).attributes());
        long size = parts.stream().mapToLong(part -> part.record.size()).sum();
        SlowAnswer answer = new SlowAnswer(exchange);
        try {
            FileRecord record = writes.save(
                    client,
                    place,
                    size,
                    () -> answer.watched(joined(exchange, upload, parts, size)),
                    properties,
                    conditions);
            byte[] result = XmlDocument.of("CompleteMultipartUploadResult", document -> {
                document.element(
                                "Location",
                                "/" + place.bucket() + "/" + place.key().text())
                        .element("Bucket", place.bucket())
                        .element("Key", place.key().text())
                        .element("ETag", EntityTag.of(record));
                ofWhole(exchange)
                        .forEach((algorithm, value) ->
                                document.element("Checksum" + algorithm, value).element("ChecksumType", "FULL_OBJECT"));
            });
            completed.keep(upload.id, place.path(), result);
            remove(client, upload);
            answer.finish(result);
        } catch (S3Exception | TrivetException e) {
            ObjectWrites.failLate(answer, e);
        }
    }

    private static List<Part> chosen(Map<Integer, Part> there, List<XmlElement> named) {
        if (named.isEmpty() || named.size() > MAX_PARTS) {
            throw new S3Exception(S3Error.MALFORMED_XML, "An upload has 1 to " + MAX_PARTS + " parts.");
        }
        List<Part> chosen = new ArrayList<>();
        for (XmlElement element : named) {
            int number = partNumber(element.required("PartNumber").strip());
            Part part = there.get(number);
            if (!chosen.isEmpty() && chosen.getLast().number >= number) {
                throw new S3Exception(
                        S3Error.INVALID_PART_ORDER, "The list of parts was not in ascending order of part number.");
            }
            if (part == null || !EntityTag.matches(element.required("ETag").strip(), part.tag())) {
                throw new S3Exception(
                        S3Error.INVALID_PART,
                        "Part " + number + " could not be found, or its ETag is not the one that was given.");
            }
            chosen.add(part);
        }
        for (Part part : chosen.subList(0, chosen.size() - 1)) {
            if (part.record.size() < MIN_PART) {
                throw new S3Exception(
                        S3Error.ENTITY_TOO_SMALL,
                        "Part " + part.number + " is smaller than 5 MiB, and only the last one may be.");
            }
        }
        return chosen;
    }

    /** The parts, one after the other; only one is open at a time. */
    private InputStream joined(Exchange exchange, Upload upload, List<Part> parts, long size) {
        TrivetClient client = exchange.client();
        CheckedBody whole = new CheckedBody(
                new InputStream() {
                    private final Iterator<Part> rest = parts.iterator();
                    private InputStream current = InputStream.nullInputStream();

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
                                return -1;
                            }
                            Part part = rest.next();
                            current = writes.opened(
                                    client, upload.part(part.number), part.tag(), new ByteRange(0, part.record.size()));
                        }
                    }

                    @Override
                    public void close() throws IOException {
                        current.close();
                    }
                },
                size);
        ofWhole(exchange).forEach(whole::expect);
        return whole;
    }

    /** The checksums of the whole that a request gives, not those of the parts' checksums. */
    private static Map<ChecksumAlgorithm, String> ofWhole(Exchange exchange) {
        Map<ChecksumAlgorithm, String> found = new TreeMap<>();
        if (exchange.header("x-amz-checksum-type").filter("COMPOSITE"::equals).isEmpty()) {
            for (ChecksumAlgorithm algorithm : ChecksumAlgorithm.values()) {
                exchange.header(algorithm.header())
                        .filter(value -> !value.contains("-"))
                        .ifPresent(value -> found.put(algorithm, value));
            }
        }
        return found;
    }
}
