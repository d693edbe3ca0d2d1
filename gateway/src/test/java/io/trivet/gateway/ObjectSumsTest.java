package io.trivet.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.client.ListedEntry;
import io.trivet.client.MetadataChange;
import io.trivet.gateway.checksum.ChecksumAlgorithm;
import io.trivet.model.RemotePath;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** ETags, checksums, parts and tags of objects, against a real node. */
class ObjectSumsTest {
    private static final int PART = 5 << 20;
    private static final Map<String, String> ASKED = Map.of("x-amz-checksum-mode", "ENABLED");

    @TempDir
    static Path base;

    private static TestGateway s3;

    @BeforeAll
    static void begin() throws IOException {
        s3 = TestGateway.start(base);
    }

    @AfterAll
    static void end() {
        s3.close();
    }

    private static String bucket(String name) {
        is(200, s3.put("/" + name, ""));
        return "/" + name;
    }

    private static void is(int status, HttpResponse<byte[]> response) {
        assertThat(response.statusCode()).as(TestGateway.text(response)).isEqualTo(status);
    }

    private static void fails(int status, String code, HttpResponse<byte[]> response) {
        is(status, response);
        assertThat(TestGateway.text(response)).contains("<Code>" + code + "</Code>");
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static byte[] md5(byte[] bytes) {
        MessageDigest digest = Md5Input.digest();
        return digest.digest(bytes);
    }

    private static String quotedMd5(byte[] bytes) {
        return "\"" + HexFormat.of().formatHex(md5(bytes)) + "\"";
    }

    private static String sum(ChecksumAlgorithm algorithm, byte[] bytes) {
        return Base64.getEncoder().encodeToString(algorithm.of(bytes));
    }

    private static String header(HttpResponse<byte[]> response, String name) {
        return response.headers().firstValue(name).orElse("none");
    }

    private static String head(String key, String header) {
        return header(s3.send("HEAD", key, "", ASKED, new byte[0]), header);
    }

    private static String listed(String bucket) {
        Matcher found = Pattern.compile("<ETag>([^<]*)</ETag>")
                .matcher(TestGateway.text(s3.get(bucket, "list-type=2")).replace("&quot;", "\""));
        return found.find() ? found.group(1) : "none";
    }

    @Test
    void anEtagIsTheMd5OfTheBytesWhereverItIsShown() {
        String bucket = bucket("md5");
        byte[] content = bytes(3 * TestGateway.CHUNK + 5);
        for (byte[] each : List.of(content, bytes(100), new byte[0])) {
            assertThat(header(s3.put(bucket + "/o", each), "etag")).isEqualTo(quotedMd5(each));
            assertThat(head(bucket + "/o", "etag")).isEqualTo(quotedMd5(each));
            assertThat(header(s3.get(bucket + "/o", ""), "etag")).isEqualTo(quotedMd5(each));
            assertThat(listed(bucket)).isEqualTo(quotedMd5(each));
        }
        is(412, s3.send("PUT", bucket + "/o", "", Map.of("if-none-match", "*"), bytes(1)));
        is(412, s3.send("PUT", bucket + "/o", "", Map.of("if-match", quotedMd5(content)), bytes(1)));
        is(200, s3.send("PUT", bucket + "/o", "", Map.of("if-match", quotedMd5(new byte[0])), content));
        is(304, s3.send("GET", bucket + "/o", "", Map.of("if-none-match", quotedMd5(content)), new byte[0]));
    }

    /** A list from the middle of a directory begins with entries that are looked up, not listed. */
    @Test
    void aListHasTheSameEtagsWhereverItBegins() {
        String bucket = bucket("pages");
        for (String name : List.of("a", "a-b", "a.c", "b/c", "b/d")) {
            is(200, s3.put(bucket + "/" + name, name));
        }
        for (String from : List.of("", "a", "a-", "a-b", "b", "b/c")) {
            String page = TestGateway.text(s3.get(bucket, "list-type=2&start-after=" + from))
                    .replace("&quot;", "\"");
            Matcher found =
                    Pattern.compile("<Key>([^<]*)</Key>.*?<ETag>([^<]*)</ETag>").matcher(page);
            while (found.find()) {
                assertThat(found.group(2))
                        .as(from + " " + found.group(1))
                        .isEqualTo(quotedMd5(found.group(1).getBytes(StandardCharsets.UTF_8)));
            }
        }
        assertThat(listed(bucket + "/")).isNotEqualTo("none");
    }

    @Test
    void aContentThatCameOtherwiseHasAnotherEtagAtOnce() throws IOException {
        String bucket = bucket("otherwise");
        RemotePath path = TestGateway.ROOT.resolve("otherwise").resolve("o");
        is(200, s3.put(bucket + "/o", "one"));
        s3.client.append(path, new ByteArrayInputStream("two".getBytes(StandardCharsets.UTF_8)));
        assertThat(new String(s3.get(bucket + "/o", "").body(), StandardCharsets.UTF_8))
                .isEqualTo("onetwo");
        assertThat(head(bucket + "/o", "etag")).endsWith("-1\"").isEqualTo(listed(bucket));
        assertThat(head(bucket + "/o", "x-amz-checksum-crc32c"))
                .isEqualTo(sum(ChecksumAlgorithm.CRC32C, "onetwo".getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void whatIsCopiedKeepsItsEtagItsChecksumAndItsTags() {
        String bucket = bucket("copied");
        byte[] content = bytes(1000);
        String sha1 = sum(ChecksumAlgorithm.SHA1, content);
        is(
                200,
                s3.send(
                        "PUT",
                        bucket + "/from",
                        "",
                        Map.of("x-amz-checksum-sha1", sha1, "x-amz-tagging", "a=1&b=x%20y"),
                        content));
        is(200, s3.send("PUT", bucket + "/to", "", Map.of("x-amz-copy-source", "copied/from"), new byte[0]));
        is(
                200,
                s3.send(
                        "PUT",
                        bucket + "/to2",
                        "",
                        Map.of(
                                "x-amz-copy-source",
                                "copied/to",
                                "x-amz-metadata-directive",
                                "REPLACE",
                                "x-amz-tagging-directive",
                                "REPLACE",
                                "x-amz-tagging",
                                "c=3",
                                "x-amz-meta-k",
                                "v"),
                        new byte[0]));
        s3.client.copy(
                TestGateway.ROOT.resolve("copied").resolve("to2"),
                TestGateway.ROOT.resolve("copied").resolve("to3"),
                MetadataChange.NONE);
        for (String key : List.of("/to", "/to2", "/to3")) {
            assertThat(head(bucket + key, "etag")).as(key).isEqualTo(quotedMd5(content));
            assertThat(head(bucket + key, "x-amz-checksum-sha1")).as(key).isEqualTo(sha1);
        }
        assertThat(head(bucket + "/to", "x-amz-tagging-count")).isEqualTo("2");
        assertThat(TestGateway.text(s3.get(bucket + "/to", "tagging"))).contains("<Key>b</Key><Value>x y</Value>");
        assertThat(TestGateway.text(s3.get(bucket + "/to2", "tagging")))
                .contains("<Key>c</Key>")
                .doesNotContain("<Key>a</Key>");
        assertThat(head(bucket + "/to2", "x-amz-meta-k")).isEqualTo("v");
    }

    @Test
    void tagsAreSetReadAndRemovedWithoutTouchingTheObject() {
        String bucket = bucket("tags");
        is(200, s3.send("PUT", bucket + "/o", "", Map.of("x-amz-meta-k", "v"), bytes(10)));
        String etag = head(bucket + "/o", "etag");
        is(200, tagging(bucket, "<Tag><Key>k&amp;1</Key><Value>=v</Value></Tag>"));
        assertThat(TestGateway.text(s3.get(bucket + "/o", "tagging"))).contains("<Key>k&amp;1</Key><Value>=v</Value>");
        assertThat(head(bucket + "/o", "x-amz-tagging-count")).isEqualTo("1");
        assertThat(head(bucket + "/o", "x-amz-meta-k")).isEqualTo("v");
        assertThat(head(bucket + "/o", "etag")).isEqualTo(etag);
        is(204, s3.send("DELETE", bucket + "/o", "tagging", Map.of(), new byte[0]));
        assertThat(TestGateway.text(s3.get(bucket + "/o", "tagging"))).doesNotContain("<Key>");
        fails(400, "InvalidTag", tagging(bucket, "<Tag><Key>" + "k".repeat(129) + "</Key><Value>v</Value></Tag>"));
        fails(400, "InvalidTag", tagging(bucket, "<Tag><Key>k</Key><Value>1</Value></Tag>".repeat(2)));
        StringBuilder eleven = new StringBuilder();
        for (int number = 0; number < 11; number++) {
            eleven.append("<Tag><Key>").append(number).append("</Key><Value/></Tag>");
        }
        fails(400, "InvalidTag", tagging(bucket, eleven.toString()));
        fails(404, "NoSuchKey", s3.get(bucket + "/none", "tagging"));
    }

    private static HttpResponse<byte[]> tagging(String bucket, String tags) {
        return s3.send(
                "PUT",
                bucket + "/o",
                "tagging",
                Map.of(),
                ("<Tagging><TagSet>" + tags + "</TagSet></Tagging>").getBytes(StandardCharsets.UTF_8));
    }

    private static String begin(String key) {
        Matcher id = Pattern.compile("<UploadId>([^<]*)</UploadId>")
                .matcher(TestGateway.text(s3.send("POST", key, "uploads", Map.of(), new byte[0])));
        assertThat(id.find()).isTrue();
        return id.group(1);
    }

    private static HttpResponse<byte[]> complete(
            String key, String id, Map<String, String> headers, List<byte[]> parts) {
        StringBuilder list = new StringBuilder("<CompleteMultipartUpload>");
        for (int number = 1; number <= parts.size(); number++) {
            list.append("<Part><PartNumber>")
                    .append(number)
                    .append("</PartNumber><ETag>")
                    .append(quotedMd5(parts.get(number - 1)))
                    .append("</ETag></Part>");
        }
        return s3.send(
                "POST",
                key,
                "uploadId=" + id,
                headers,
                list.append("</CompleteMultipartUpload>").toString().getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void anObjectOfPartsHasTheEtagOfPartsAndTheChecksumOfTheWholeAndIsNotCopied() {
        byte[] all = bytes(2 * PART + 77);
        List<byte[]> parts = List.of(
                Arrays.copyOf(all, PART),
                Arrays.copyOfRange(all, PART, 2 * PART),
                Arrays.copyOfRange(all, 2 * PART, all.length));
        ByteArrayOutputStream md5s = new ByteArrayOutputStream();
        parts.forEach(part -> md5s.writeBytes(md5(part)));
        String etag = quotedMd5(md5s.toByteArray()).replaceFirst("\"$", "-3\"");
        for (ChecksumAlgorithm algorithm : ChecksumAlgorithm.values()) {
            String key = bucket("parts-" + algorithm.name().toLowerCase(java.util.Locale.ROOT)) + "/o";
            String id = begin(key);
            ByteArrayOutputStream sums = new ByteArrayOutputStream();
            for (int number = 1; number <= 3; number++) {
                byte[] part = parts.get(number - 1);
                sums.writeBytes(algorithm.of(part));
                HttpResponse<byte[]> put = s3.send(
                        "PUT",
                        key,
                        "partNumber=" + number + "&uploadId=" + id,
                        Map.of(algorithm.header(), sum(algorithm, part)),
                        part);
                is(200, put);
                assertThat(header(put, "etag")).isEqualTo(quotedMd5(part));
            }
            assertThat(TestGateway.text(s3.get(key, "uploadId=" + id)))
                    .contains("<Checksum" + algorithm + ">" + sum(algorithm, parts.get(1)));
            var upload = s3.client.uploads().list().iterator().next();
            String composite = sum(algorithm, sums.toByteArray()) + "-3";
            String expected = algorithm.isCrc() ? sum(algorithm, all) : composite;
            if (algorithm.isCrc()) {
                Map<String, String> wrong =
                        Map.of(algorithm.header(), sum(algorithm, parts.get(0)), "x-amz-checksum-type", "FULL_OBJECT");
                fails(400, "BadDigest", complete(key, id, wrong, parts));
            }
            Map<String, String> given = algorithm.isCrc()
                    ? Map.of(algorithm.header(), expected, "x-amz-checksum-type", "FULL_OBJECT")
                    : Map.of("x-amz-checksum-type", "COMPOSITE");
            HttpResponse<byte[]> completed = complete(key, id, given, parts);
            is(200, completed);
            assertThat(TestGateway.text(completed).replace("&quot;", "\""))
                    .contains("<ETag>" + etag + "</ETag>")
                    .contains("<Checksum" + algorithm + ">" + expected);
            assertThat(head(key, "etag")).isEqualTo(etag);
            assertThat(listed(key.substring(0, key.length() - 2))).isEqualTo(etag);
            assertThat(head(key, algorithm.header())).isEqualTo(expected);
            assertThat(head(key, "x-amz-checksum-type")).isEqualTo(algorithm.isCrc() ? "FULL_OBJECT" : "COMPOSITE");
            assertThat(id(key)).as("the pieces are the object").isEqualTo(upload.file());
            HttpResponse<byte[]> second = s3.get(key, "partNumber=2");
            is(206, second);
            assertThat(second.body()).isEqualTo(parts.get(1));
            assertThat(header(second, "x-amz-mp-parts-count")).isEqualTo("3");
            assertThat(s3.get(key, "partNumber=3").body()).isEqualTo(parts.get(2));
            fails(416, "InvalidPartNumber", s3.get(key, "partNumber=4"));
        }
    }

    @Test
    void anUploadRemembersWhichChecksumItWasBegunWith() {
        String key = bucket("begun") + "/o";
        byte[] all = bytes(PART + 3);
        List<byte[]> parts = List.of(Arrays.copyOf(all, PART), Arrays.copyOfRange(all, PART, all.length));
        for (String type : List.of("FULL_OBJECT", "COMPOSITE")) {
            HttpResponse<byte[]> begun = s3.send(
                    "POST",
                    key,
                    "uploads",
                    Map.of("x-amz-checksum-algorithm", "CRC32C", "x-amz-checksum-type", type),
                    new byte[0]);
            assertThat(header(begun, "x-amz-checksum-type")).isEqualTo(type);
            String id = TestGateway.text(begun).replaceAll("(?s).*<UploadId>(.*)</UploadId>.*", "$1");
            for (int number = 1; number <= 2; number++) {
                byte[] part = parts.get(number - 1);
                String sum = sum(ChecksumAlgorithm.CRC32C, part);
                is(
                        200,
                        s3.send(
                                "PUT",
                                key,
                                "partNumber=" + number + "&uploadId=" + id,
                                Map.of("x-amz-checksum-crc32c", sum),
                                part));
            }
            is(200, complete(key, id, Map.of(), parts));
            assertThat(head(key, "x-amz-checksum-type")).isEqualTo(type);
            assertThat(head(key, "x-amz-checksum-crc32c").equals(sum(ChecksumAlgorithm.CRC32C, all)))
                    .isEqualTo(type.equals("FULL_OBJECT"));
        }
        HttpResponse<byte[]> attributes = s3.send(
                "GET",
                key,
                "attributes",
                Map.of("x-amz-object-attributes", "ObjectParts,ObjectSize", "x-amz-part-number-marker", "1"),
                new byte[0]);
        assertThat(TestGateway.text(attributes))
                .contains("<PartsCount>2</PartsCount>")
                .contains("<Part><PartNumber>2</PartNumber><Size>3</Size></Part>")
                .contains("<IsTruncated>false</IsTruncated>");
        Map<String, String> impossible =
                Map.of("x-amz-checksum-algorithm", "SHA256", "x-amz-checksum-type", "FULL_OBJECT");
        fails(400, "InvalidRequest", s3.send("POST", key, "uploads", impossible, new byte[0]));
    }

    /** Tools that keep the time of files give it; an object that came without it shows no metadata. */
    @Test
    void theTimeOfAFileIsMetadataWhereItWasGivenOrCameOtherwise() throws IOException {
        String bucket = bucket("times");
        is(200, s3.put(bucket + "/without", "x"));
        assertThat(head(bucket + "/without", "x-amz-meta-mtime")).isEqualTo("none");
        is(200, s3.send("PUT", bucket + "/with", "", Map.of("x-amz-meta-mtime", "1234.500"), bytes(3)));
        assertThat(head(bucket + "/with", "x-amz-meta-mtime")).isEqualTo("1234.500");
        RemotePath with = TestGateway.ROOT.resolve("times").resolve("with");
        assertThat(s3.client.attributes(with).record().modified())
                .isEqualTo(java.time.Instant.ofEpochSecond(1234, 500_000_000));
        s3.client.setMetadata(with, MetadataChange.NONE.withModified(java.time.Instant.ofEpochSecond(99)));
        assertThat(head(bucket + "/with", "x-amz-meta-mtime")).isEqualTo("99");
        s3.client.save(
                new ByteArrayInputStream(bytes(3)),
                TestGateway.ROOT.resolve("times").resolve("saved"),
                io.trivet.client.Progress.NONE);
        assertThat(head(bucket + "/saved", "x-amz-meta-mtime")).isNotEqualTo("none");
        is(200, s3.send("PUT", bucket + "/word", "", Map.of("x-amz-meta-mtime", "yesterday"), bytes(3)));
        assertThat(head(bucket + "/word", "x-amz-meta-mtime")).isEqualTo("yesterday");
    }

    private static io.trivet.model.FileId id(String key) {
        RemotePath path = RemotePath.parse("/s3" + key);
        return s3.client.attributes(path).record().id();
    }

    @Test
    void partsThatAreNoPiecesGiveTheSameEtag() {
        String key = bucket("odd") + "/o";
        List<byte[]> parts = List.of(bytes(PART + 1), bytes(PART + 3), bytes(9));
        String id = begin(key);
        ByteArrayOutputStream md5s = new ByteArrayOutputStream();
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int number = 1; number <= 3; number++) {
            byte[] part = parts.get(number - 1);
            md5s.writeBytes(md5(part));
            all.writeBytes(part);
            HttpResponse<byte[]> put = s3.send("PUT", key, "partNumber=" + number + "&uploadId=" + id, Map.of(), part);
            assertThat(header(put, "etag")).isEqualTo(quotedMd5(part));
        }
        String whole = sum(ChecksumAlgorithm.SHA256, all.toByteArray());
        fails(
                400,
                "BadDigest",
                complete(key, id, Map.of("x-amz-checksum-sha256", sum(ChecksumAlgorithm.SHA256, parts.get(0))), parts));
        is(200, complete(key, id, Map.of("x-amz-checksum-sha256", whole), parts));
        assertThat(head(key, "etag")).isEqualTo(quotedMd5(md5s.toByteArray()).replaceFirst("\"$", "-3\""));
        assertThat(head(key, "x-amz-checksum-sha256")).isEqualTo(whole);
        assertThat(s3.get(key, "").body()).isEqualTo(all.toByteArray());
        fails(501, "NotImplemented", s3.get(key, "partNumber=2"));
    }

    /** An attribute that anybody could have set is not believed beyond its form and its content. */
    @Test
    void whatIsNoSumIsPassedOver() {
        String bucket = bucket("forged");
        RemotePath path = TestGateway.ROOT.resolve("forged").resolve("o");
        is(200, s3.put(bucket + "/o", "one"));
        String kept = s3.client
                .attributes(path)
                .attributes()
                .text(ObjectSums.ATTRIBUTE)
                .orElseThrow();
        for (String text : List.of("", "1", kept + " ", kept.replace("1 ", "2 "), "x".repeat(4000), kept + " p0x")) {
            s3.client.setMetadata(
                    path,
                    MetadataChange.NONE.withAttributes(
                            s3.client.attributes(path).attributes().with(ObjectSums.ATTRIBUTE, text)));
            assertThat(head(bucket + "/o", "etag")).as(text).endsWith("-1\"").isEqualTo(listed(bucket));
        }
    }

    @Test
    void aPageOfADirectoryHasOneAttributeOfEachFile() {
        String bucket = bucket("attributes");
        is(200, s3.put(bucket + "/o", "one"));
        RemotePath directory = TestGateway.ROOT.resolve("attributes");
        ListedEntry with =
                s3.client.list(directory, "", ObjectSums.ATTRIBUTE).iterator().next();
        assertThat(Optional.ofNullable(with.attribute()))
                .isEqualTo(s3.client
                        .attributes(directory.resolve("o"))
                        .attributes()
                        .text(ObjectSums.ATTRIBUTE))
                .isPresent();
        assertThat(s3.client.list(directory, "", "other").iterator().next().attribute())
                .isNull();
    }
}
