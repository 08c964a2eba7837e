import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;

/** Serves greetings and asks itself for a few. It knows nothing of tracing: the agent sees to that. */
public class Greetings {
  public static void main(String[] args) throws Exception {
    HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/greeting",
        exchange -> {
          byte[] answer = "hello".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, answer.length);
          try (var body = exchange.getResponseBody()) {
            body.write(answer);
          }
        });
    server.start();
    HttpClient client = HttpClient.newHttpClient();
    int port = server.getAddress().getPort();
    for (int i = 0; i < Integer.parseInt(args[0]); i++) {
      HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/greeting")).build();
      System.out.println(client.send(request, BodyHandlers.ofString()).body());
    }
    server.stop(0);
    // Programs that serve live longer than their last request.
    Thread.sleep(1_500);
  }
}
