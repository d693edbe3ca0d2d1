package io.trivet.gateway;

import io.trivet.client.TrivetClient;
import io.trivet.gateway.checksum.CheckedBody;
import io.trivet.gateway.checksum.ChecksumAlgorithm;
import io.trivet.gateway.error.S3Error;
import io.trivet.gateway.error.S3Exception;
import io.trivet.gateway.key.BucketName;
import io.trivet.gateway.signature.Query;
import io.trivet.gateway.signature.UriEncoding;
import io.trivet.gateway.xml.XmlDocument;
import io.trivet.gateway.xml.XmlElement;
import io.trivet.model.Condition;
import io.trivet.model.FileRecord;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Uploads in parts.
 *
 * <p>Each part is a file, saved as any other ({@link UploadFiles}). To complete an upload is to save
 * the parts, one after the other, as one more file: the object appears with that one commit, and the
 * parts are removed after it. So until then twice the space is needed, and completing takes as long
 * as copying. Cut short, it can be completed again.
 */
final class MultipartUploads {
    private static final Logger LOG = LoggerFactory.getLogger(MultipartUploads.class);
    private static final int MAX_PARTS = UploadFiles.MAX_PARTS;
    private static final int PAGE = 1000;
    private static final long MAX_PART = 5L << 30;
    private static final long MIN_PART = 5L << 20;

    private final RemotePath root;
    private final ObjectWrites writes;
    private final UploadFiles files;
    private final CompletedUploads completed = new CompletedUploads();

    MultipartUploads(RemotePath root, ObjectWrites writes, OpenReads open) {
        this.root = root;
        this.writes = writes;
        this.files = new UploadFiles(open);
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
        String id = files.begin(exchange.client(), place, properties);
        exchange.header("x-amz-checksum-algorithm")
                .flatMap(ChecksumAlgorithm::named)
                .ifPresent(algorithm -> exchange.with("x-amz-checksum-algorithm", algorithm.name()));
        exchange.document(XmlDocument.of(
                "InitiateMultipartUploadResult",
                document -> document.element("Bucket", place.bucket())
                        .element("Key", place.key().text())
                        .element("UploadId", id)));
    }

    /** The upload that a request names. Throws {@code NoSuchUpload}, also for one of another key. */
    private Upload require(Exchange exchange, Place place) throws IOException {
        return files.require(
                exchange.client(), place, exchange.query().value("uploadId").orElse(""));
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
        if (!UploadFiles.isThere(client, upload)) {
            UploadFiles.remove(client, upload);
            throw UploadFiles.noSuchUpload();
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
        Upload upload = require(exchange, place);
        UploadFiles.remove(exchange.client(), upload);
        if (upload.isInDirectory()) {
            place.prune(exchange.client()); // of directories that were made for the upload
        }
        exchange.empty(204);
    }

    /** {@code ListParts}. */
    void parts(Exchange exchange, Place place) throws IOException {
        Query query = exchange.query();
        Upload upload = require(exchange, place);
        int marker = number(query.value("part-number-marker"), 0);
        int max = Math.min(PAGE, number(query.value("max-parts"), PAGE));
        List<UploadPart> all = UploadFiles.partsOf(exchange.client(), upload).values().stream()
                .filter(part -> part.number() > marker)
                .toList();
        List<UploadPart> page = all.subList(0, Math.min(max, all.size()));
        exchange.document(XmlDocument.of("ListPartsResult", document -> {
            document.element("Bucket", place.bucket())
                    .element("Key", encoding(query).apply(upload.key()))
                    .element("UploadId", upload.id());
            Settings.owner(document, "Initiator", exchange.accessKey());
            Settings.owner(document, "Owner", exchange.accessKey());
            document.element("StorageClass", "STANDARD")
                    .element("PartNumberMarker", marker)
                    .element(
                            "NextPartNumberMarker",
                            page.isEmpty() ? marker : page.getLast().number())
                    .element("MaxParts", max)
                    .element("IsTruncated", page.size() < all.size());
            page.forEach(part -> document.element(
                    "Part",
                    element -> element.element("PartNumber", part.number())
                            .element(
                                    "LastModified",
                                    XmlDocument.time(part.record().modified()))
                            .element("ETag", part.tag())
                            .element("Size", part.record().size())));
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

    /** {@code ListMultipartUploads}, in the order of keys, and of ids for one key: a page goes on after both. */
    void list(Exchange exchange, BucketName bucket) throws IOException {
        Query query = exchange.query();
        RemotePath directory = Place.directory(root, bucket);
        Place.requireBucket(exchange.client(), directory);
        String prefix = query.value("prefix").orElse("");
        String keyMarker = query.value("key-marker").orElse("");
        String idMarker = query.value("upload-id-marker").orElse("");
        int max = Math.min(PAGE, number(query.value("max-uploads"), PAGE));
        List<Upload> all = files.all(exchange.client(), directory, prefix).stream()
                .filter(upload -> upload.key().startsWith(prefix))
                .sorted(Comparator.comparing(Upload::key).thenComparing(Upload::id))
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
                document.element("NextKeyMarker", encoding.apply(page.getLast().key()))
                        .element("NextUploadIdMarker", page.getLast().id());
            }
            page.forEach(upload -> document.element("Upload", element -> {
                element.element("Key", encoding.apply(upload.key())).element("UploadId", upload.id());
                Settings.owner(element, "Initiator", exchange.accessKey());
                Settings.owner(element, "Owner", exchange.accessKey());
                element.element("StorageClass", "STANDARD").element("Initiated", XmlDocument.time(upload.begun()));
            }));
        }));
    }

    private static boolean isBehind(Upload upload, String keyMarker, String idMarker) {
        int order = upload.key().compareTo(keyMarker);
        return !keyMarker.isEmpty()
                && (order < 0
                        || (order == 0 && (idMarker.isEmpty() || upload.id().compareTo(idMarker) <= 0)));
    }

    /** {@code CompleteMultipartUpload}. */
    void complete(Exchange exchange, Place place) throws IOException {
        TrivetClient client = exchange.client();
        Conditions asked = Conditions.of(exchange.head());
        List<XmlElement> named = XmlElement.parse(exchange.documentWithoutSums())
                .named("CompleteMultipartUpload")
                .all("Part");
        String id = exchange.query().value("uploadId").orElse("");
        Optional<byte[]> before = completed.answer(id, place.path());
        if (before.isPresent()) {
            exchange.document(before.get());
            return;
        }
        SlowAnswer answer = new SlowAnswer(exchange);
        try {
            Upload upload = require(exchange, place);
            List<UploadPart> parts = chosen(UploadFiles.partsOf(client, upload), named);
            List<Condition> conditions = ObjectWrites.requireRoom(client, place, asked);
            ObjectProperties properties = UploadFiles.properties(client, upload);
            long size = parts.stream().mapToLong(part -> part.record().size()).sum();
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
            completed.keep(upload.id(), place.path(), result);
            removeParts(client, upload);
            answer.finish(result);
        } catch (S3Exception | TrivetException e) {
            Optional<byte[]> meanwhile = completed.answer(id, place.path());
            if (meanwhile.isPresent()) { // the same request, sent twice at once
                answer.finish(meanwhile.get());
                return;
            }
            ObjectWrites.failLate(answer, e);
        }
    }

    /** After the commit: the object is there, whatever becomes of the parts. They expire. */
    private static void removeParts(TrivetClient client, Upload upload) {
        try {
            UploadFiles.remove(client, upload);
        } catch (TrivetException e) {
            LOG.info("The parts of the upload in {} were not removed: {}", upload.directory(), e.getMessage());
        }
    }

    private static List<UploadPart> chosen(Map<Integer, UploadPart> there, List<XmlElement> named) {
        if (named.isEmpty() || named.size() > MAX_PARTS) {
            throw new S3Exception(S3Error.MALFORMED_XML, "An upload has 1 to " + MAX_PARTS + " parts.");
        }
        List<UploadPart> chosen = new ArrayList<>();
        for (XmlElement element : named) {
            int number = partNumber(element.required("PartNumber").strip());
            UploadPart part = there.get(number);
            if (!chosen.isEmpty() && chosen.getLast().number() >= number) {
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
        for (UploadPart part : chosen.subList(0, chosen.size() - 1)) {
            if (part.record().size() < MIN_PART) {
                throw new S3Exception(
                        S3Error.ENTITY_TOO_SMALL,
                        "Part " + part.number() + " is smaller than 5 MiB, and only the last one may be.");
            }
        }
        return chosen;
    }

    private InputStream joined(Exchange exchange, Upload upload, List<UploadPart> parts, long size) {
        CheckedBody whole = new CheckedBody(new JoinedParts(writes, exchange.client(), upload, parts), size);
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
