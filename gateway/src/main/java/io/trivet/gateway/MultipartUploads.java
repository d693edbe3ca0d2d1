package io.trivet.gateway;

import io.trivet.client.MetadataChange;
import io.trivet.client.TrivetClient;
import io.trivet.gateway.ObjectSums.GivenChecksum;
import io.trivet.gateway.checksum.CheckedBody;
import io.trivet.gateway.checksum.ChecksumAlgorithm;
import io.trivet.gateway.error.S3Error;
import io.trivet.gateway.error.S3Exception;
import io.trivet.gateway.key.BucketName;
import io.trivet.gateway.signature.Query;
import io.trivet.gateway.signature.UriEncoding;
import io.trivet.gateway.xml.XmlDocument;
import io.trivet.gateway.xml.XmlElement;
import io.trivet.model.Command;
import io.trivet.model.Condition;
import io.trivet.model.Piece;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.Sha256;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Uploads in parts.
 *
 * <p>Parts of one length are pieces of the object ({@link UploadPieces}): then to complete an upload
 * is one change of the namespace. A part that does not fit is a file, saved as any other ({@link
 * UploadFiles}); with such parts, to complete an upload is to save all of them, one after the other,
 * as one more file, which needs twice the space until the parts are removed after the commit. Cut
 * short, an upload can be completed again.
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
        Optional<ChecksumAlgorithm> algorithm =
                exchange.header("x-amz-checksum-algorithm").flatMap(ChecksumAlgorithm::named);
        Optional<String> type = algorithm.map(known -> PartSums.type(known, exchange));
        String id = files.begin(
                exchange.client(),
                place,
                new ObjectProperties(
                        properties.modified(),
                        type.map(kept -> properties.attributes().with(PartSums.TYPE, kept))
                                .orElse(properties.attributes())));
        algorithm.ifPresent(known -> exchange.with("x-amz-checksum-algorithm", known.name()));
        type.ifPresent(known -> exchange.with("x-amz-checksum-type", known));
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
        if (copySource.isPresent()) {
            copyPart(exchange, upload, place, number);
            return;
        }
        UploadPart saved = save(
                exchange.client(),
                upload,
                place,
                number,
                length,
                exchange::body,
                md5 -> ObjectSums.ofBody(md5, exchange.givenChecksum()));
        ObjectWrites.checksums(exchange);
        exchange.with("ETag", saved.tag()).empty(200);
    }

    /** As a piece if it fits, otherwise as a file. */
    private UploadPart save(
            TrivetClient client,
            Upload upload,
            Place place,
            int number,
            long length,
            ObjectWrites.Source source,
            Function<String, ObjectSums> sums)
            throws IOException {
        Place part = new Place(place.bucket(), place.directory(), place.key(), upload.part(number));
        Optional<io.trivet.model.Upload> pieces = UploadPieces.forPart(client, upload, place.path(), number, length);
        UploadPart saved;
        if (pieces.isPresent()) {
            saved = UploadPart.of(piece(client, upload, pieces.get(), number, length, source, sums));
            forget(client, part);
        } else {
            ObjectWrites.Saved file = writes.save(client, part, length, source, ObjectProperties.NONE, List.of(), sums);
            saved = UploadPart.of(
                    number,
                    file.record(),
                    Optional.ofNullable(file.record().sha256()).map(file.sums()::text));
        }
        requireStill(client, upload);
        return saved;
    }

    private Piece piece(
            TrivetClient client,
            Upload upload,
            io.trivet.model.Upload pieces,
            int number,
            long length,
            ObjectWrites.Source source,
            Function<String, ObjectSums> sums)
            throws IOException {
        try {
            return writes.put(client, pieces, number, length, source, sums);
        } catch (TrivetException e) {
            if (e.kind() == Refusal.Kind.NOT_OPEN) {
                throw UploadFiles.noSuchUpload();
            }
            if (e.kind() == Refusal.Kind.DIFFERENT_CONTENT) {
                UploadPieces.refuse(client, upload, number);
                throw new S3Exception(
                        S3Error.SERVICE_UNAVAILABLE, "An earlier try of this part had other bytes. Send it again.", e);
            }
            throw e;
        }
    }

    /** A file of an earlier try would be taken for the later part. */
    private static void forget(TrivetClient client, Place part) {
        if (ClientTree.stat(client, part.path()).isPresent()) {
            client.remove(part.path(), false, true);
        }
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

    private void copyPart(Exchange exchange, Upload upload, Place place, int number) throws IOException {
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
            UploadPart saved = save(
                    client,
                    upload,
                    place,
                    number,
                    range.length(),
                    () -> copied.size() == 0
                            ? InputStream.nullInputStream()
                            : answer.watched(writes.opened(client, copied, range)),
                    md5 -> ObjectSums.ofBody(md5, Optional.empty()));
            answer.finish(XmlDocument.of(
                    "CopyPartResult",
                    document -> document.element("LastModified", XmlDocument.time(saved.modified()))
                            .element("ETag", saved.tag())));
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
            page.forEach(part -> document.element("Part", element -> {
                element.element("PartNumber", part.number())
                        .element("LastModified", XmlDocument.time(part.modified()))
                        .element("ETag", part.tag())
                        .element("Size", part.size());
                part.checksum().ifPresent(sum -> element.element("Checksum" + sum.algorithm(), sum.value()));
            }));
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
        completed.begin(id);
        boolean isDone = false;
        try {
            Upload upload = require(exchange, place);
            Optional<Made> earlier = UploadPieces.completed(client, upload, place.path())
                    .map(found -> new Made(found.tag(), found.sums().flatMap(ObjectSums::checksum)));
            Made made = earlier.isPresent() ? earlier.get() : made(exchange, place, upload, named, asked, answer);
            byte[] result = XmlDocument.of("CompleteMultipartUploadResult", document -> {
                document.element(
                                "Location",
                                "/" + place.bucket() + "/" + place.key().text())
                        .element("Bucket", place.bucket())
                        .element("Key", place.key().text())
                        .element("ETag", made.tag);
                made.checksum.ifPresent(sum -> document.element("Checksum" + sum.algorithm(), sum.value())
                        .element("ChecksumType", sum.type()));
            });
            completed.keep(upload.id(), place.path(), result);
            isDone = true;
            completed.end(id);
            removeParts(client, upload);
            answer.finish(result);
        } catch (S3Exception | TrivetException e) {
            if (!isDone) {
                isDone = true;
                completed.end(id);
            }
            Optional<byte[]> meanwhile = completed.awaitAnswer(id, place.path());
            if (meanwhile.isPresent()) { // the same request, sent twice at once
                answer.finish(meanwhile.get());
                return;
            }
            ObjectWrites.failLate(answer, e);
        } finally {
            if (!isDone) {
                completed.end(id);
            }
        }
    }

    /** What is said of an object that was made. */
    private record Made(String tag, Optional<GivenChecksum> checksum) {}

    /** Makes the object of its parts: by one change if they are pieces, otherwise by copying. */
    private Made made(
            Exchange exchange, Place place, Upload upload, List<XmlElement> named, Conditions asked, SlowAnswer answer)
            throws IOException {
        TrivetClient client = exchange.client();
        Map<Integer, UploadPart> there = UploadFiles.partsOf(client, upload);
        List<UploadPart> parts = chosen(there, named);
        PartSums sums = new PartSums(parts);
        Map<ChecksumAlgorithm, String> unproven = sums.unproven(exchange);
        List<Condition> conditions = ObjectWrites.requireRoom(client, place, asked);
        ObjectProperties begun = UploadFiles.properties(client, upload);
        ObjectProperties properties =
                new ObjectProperties(begun.modified(), begun.attributes().without(PartSums.TYPE));
        Optional<String> type = begun.attributes().text(PartSums.TYPE);
        Sha256 sha256 = Sha256.ofChunks(parts.stream()
                .flatMap(part -> part.piece() == null ? Stream.empty() : part.piece().chunks().stream())
                .map(Command.Proof::sha256)
                .toList());
        // Of an upload with parts of an earlier release there is no MD5.
        ObjectSums known = new ObjectSums(
                sums.etag().orElseGet(() -> EntityTag.of(sha256).replace("\"", "")),
                sums.checksum(exchange, type)
                        .or(() -> unproven.entrySet().stream()
                                .findFirst()
                                .map(sum -> new GivenChecksum(sum.getKey(), sum.getValue()))),
                sums.partBytes());
        Optional<io.trivet.model.Upload> pieces = UploadPieces.find(client, upload, place.path())
                .filter(found -> make(found, parts, there.size()))
                .filter(_ -> unproven.isEmpty());
        if (pieces.isPresent()) {
            completed(client, pieces.get(), parts.size(), properties.with(known, sha256), conditions);
        } else {
            copied(exchange, place, upload, parts, answer, properties, conditions, known, unproven);
        }
        return new Made(EntityTag.quoted(known.etag()), known.checksum());
    }

    /** Whether these parts, all that there are, are pieces that make an object as they are. */
    private static boolean make(io.trivet.model.Upload pieces, List<UploadPart> parts, int all) {
        for (int place = 0; place < parts.size(); place++) {
            UploadPart part = parts.get(place);
            boolean full = part.size() == pieces.pieceBytes();
            if (part.piece() == null || part.number() != place + 1 || (!full && place < parts.size() - 1)) {
                return false;
            }
        }
        return parts.size() == all;
    }

    private static void completed(
            TrivetClient client,
            io.trivet.model.Upload pieces,
            int count,
            ObjectProperties properties,
            List<Condition> conditions) {
        MetadataChange change = MetadataChange.NONE
                .withModified(properties.modified().orElseGet(Instant::now))
                .withAttributes(properties.attributes());
        client.uploads().complete(pieces, count, change, conditions.toArray(Condition[]::new));
    }

    private void copied(
            Exchange exchange,
            Place place,
            Upload upload,
            List<UploadPart> parts,
            SlowAnswer answer,
            ObjectProperties properties,
            List<Condition> conditions,
            ObjectSums sums,
            Map<ChecksumAlgorithm, String> unproven)
            throws IOException {
        long size = parts.stream().mapToLong(UploadPart::size).sum();
        CheckedBody whole = new CheckedBody(new JoinedParts(writes, exchange.client(), upload, parts), size);
        unproven.forEach(whole::expect);
        writes.save(exchange.client(), place, size, () -> answer.watched(whole), properties, conditions, _ -> sums);
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
            if (part == null
                    || !EntityTag.matches(element.required("ETag").strip(), part.tag())
                    || !PartSums.agree(element, part)) {
                throw new S3Exception(
                        S3Error.INVALID_PART,
                        "Part " + number
                                + " could not be found, or its ETag or checksum is not the one that was given.");
            }
            chosen.add(part);
        }
        for (UploadPart part : chosen.subList(0, chosen.size() - 1)) {
            if (part.size() < MIN_PART) {
                throw new S3Exception(
                        S3Error.ENTITY_TOO_SMALL,
                        "Part " + part.number() + " is smaller than 5 MiB, and only the last one may be.");
            }
        }
        return chosen;
    }
}
