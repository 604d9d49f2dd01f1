//! Values given away by their keys, in the languages, formats and commands that people and programs write.

use privacy::{Surface, scan};

#[test]
fn a_value_goes_however_its_key_is_written() {
    for (text, value) in [
        ("API key: 8f7d6a5b4c3d2e1f0a9b8c7d", "8f7d6a5b4c3d2e1f0a9b8c7d"),
        (
            "private key: 8f7d6a5b4c3d2e1f0a9b8c7d",
            "8f7d6a5b4c3d2e1f0a9b8c7d",
        ),
        (
            "AWS secret access key: uNnJwctGTROxs7qQK7Zym5sEWU4WhOkvpsGl+g3W",
            "uNnJwctGTROxs7qQK7Zym5sEWU4WhOkvpsGl+g3W",
        ),
        ("mot de passe : Wombat7Sun", "Wombat7Sun"),
        ("mật khẩu: Wombat7Sun", "Wombat7Sun"),
        ("Kata sandi: Wombat7Sun", "Wombat7Sun"),
        ("login admin password Wombat7Sun", "Wombat7Sun"),
        ("machine api.x.io login bob password Wombat7Sun", "Wombat7Sun"),
        ("bob:Wombat7Sun@tcp(db:3306)/x", "Wombat7Sun"),
        ("curl -u bob:Wombat7Sun https://x.io", "Wombat7Sun"),
        ("mysql -pWombat7Sun -u root", "Wombat7Sun"),
        ("sshpass -p Wombat7Sun ssh x", "Wombat7Sun"),
        ("ENV DB_PASS Wombat7Sun", "Wombat7Sun"),
        ("{:password, \"Wombat7Sun\"}", "Wombat7Sun"),
        ("password string = \"Wombat7Sun\"", "Wombat7Sun"),
        ("let password: &str = \"Wombat7Sun\";", "Wombat7Sun"),
        ("パスワードはWombat7Sunです", "Wombat7Sun"),
        ("비밀번호는 Wombat7Sun 입니다", "Wombat7Sun"),
        ("the one-time code is 482913", "482913"),
        ("2FA code: 482913", "482913"),
        ("Your verification code is 482913", "482913"),
        ("парола: Wombat7Sun", "Wombat7Sun"),
        ("كلمة المرور: Wombat7Sun", "Wombat7Sun"),
        ("סיסמה: Wombat7Sun", "Wombat7Sun"),
        ("รหัสผ่าน: Wombat7Sun", "Wombat7Sun"),
        ("lozinka: Wombat7Sun", "Wombat7Sun"),
        ("geslo: Wombat7Sun", "Wombat7Sun"),
        ("slaptažodis: Wombat7Sun", "Wombat7Sun"),
        ("Hasło: Wombat7Sun", "Wombat7Sun"),
        ("Şifre: Wombat7Sun", "Wombat7Sun"),
        ("Lösenordet är Wombat7Sun", "Wombat7Sun"),
        ("Κωδικός: Wombat7Sun", "Wombat7Sun"),
        ("{\"clave\": \"Wombat7Sun\"}", "Wombat7Sun"),
        (
            "\"chave_api\": \"8f7d6a5b4c3d2e1f0a9b8c7d\"",
            "8f7d6a5b4c3d2e1f0a9b8c7d",
        ),
        ("clé API : 8f7d6a5b4c3d2e1f0a9b8c7d", "8f7d6a5b4c3d2e1f0a9b8c7d"),
        (
            "Der API-Schlüssel lautet 8f7d6a5b4c3d2e1f0a9b8c7d",
            "8f7d6a5b4c3d2e1f0a9b8c7d",
        ),
        ("我的密码是Wombat7Sun，请保密", "Wombat7Sun"),
        (
            "Ocp-Apim-Subscription-Key: 8f7d6a5b4c3d2e1f0a9b8c7d",
            "8f7d6a5b4c3d2e1f0a9b8c7d",
        ),
        (
            "X-Vault-Token: 8f7d6a5b4c3d2e1f0a9b8c7d",
            "8f7d6a5b4c3d2e1f0a9b8c7d",
        ),
        (
            "X-Auth-Token: 8f7d6a5b4c3d2e1f0a9b8c7d",
            "8f7d6a5b4c3d2e1f0a9b8c7d",
        ),
        (
            "x-goog-api-key: 8f7d6a5b4c3d2e1f0a9b8c7d",
            "8f7d6a5b4c3d2e1f0a9b8c7d",
        ),
        (
            "Private-Token: 8f7d6a5b4c3d2e1f0a9b8c7d",
            "8f7d6a5b4c3d2e1f0a9b8c7d",
        ),
        (
            "Proxy-Authorization: Basic Ym9iOldvbWJhdDdTdW4=",
            "Ym9iOldvbWJhdDdTdW4=",
        ),
        (
            "Authorization: token 8f7d6a5b4c3d2e1f0a9b8c7d",
            "8f7d6a5b4c3d2e1f0a9b8c7d",
        ),
        (
            "Authorization: SSWS 00fJq8s7d6a5b4c3d2e1f0a9b8c7d",
            "00fJq8s7d6a5b4c3d2e1f0a9b8c7d",
        ),
        (
            "Authorization: AWS4-HMAC-SHA256 Credential=AKIAQ7JPLK5TEMRB3D4X/20261122/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=fe5f80f77d5fa3beca038a248ff027d0445342fe2855ddc963176630326f1024",
            "fe5f80f77d5fa3beca038a248ff027d0445342fe2855ddc963176630326f1024",
        ),
        (
            "Set-Cookie: __Host-sess=8f7d6a5b4c3d2e1f0a9b; Path=/; HttpOnly",
            "8f7d6a5b4c3d2e1f0a9b",
        ),
        ("DATABASE_URL=\"postgresql://bob:Wombat7Sun@h/db\"", "Wombat7Sun"),
        (
            "jdbc:postgresql://h/db?user=bob&password=Wombat7Sun",
            "Wombat7Sun",
        ),
        (
            "Data Source=h;Initial Catalog=x;User ID=bob;Password=Wombat7Sun;",
            "Wombat7Sun",
        ),
        ("mongodb+srv://bob:Wombat7Sun@c.mongodb.net/x", "Wombat7Sun"),
        ("redis://:Wombat7Sun@h:6379/0", "Wombat7Sun"),
        ("amqps://bob:Wombat7Sun@h/v", "Wombat7Sun"),
        ("smtp://bob%40x.io:Wombat7Sun@h:587", "Wombat7Sun"),
        ("https://bob:Wombat7Sun@github.com/o/r.git", "Wombat7Sun"),
        (
            "client_id=abc&client_secret=Wombat7SunAbCd&grant_type=x",
            "Wombat7SunAbCd",
        ),
        ("--token=8f7d6a5b4c3d2e1f0a9b8c7d", "8f7d6a5b4c3d2e1f0a9b8c7d"),
        ("--api-key 8f7d6a5b4c3d2e1f0a9b8c7d", "8f7d6a5b4c3d2e1f0a9b8c7d"),
        ("-e MYSQL_ROOT_PASSWORD=Wombat7Sun mysql", "Wombat7Sun"),
        ("  MYSQL_PASSWORD: Wombat7Sun", "Wombat7Sun"),
        (
            "ARG NPM_TOKEN=8f7d6a5b4c3d2e1f0a9b8c7d",
            "8f7d6a5b4c3d2e1f0a9b8c7d",
        ),
        (
            "//registry.npmjs.org/:_authToken=8f7d6a5b4c3d2e1f0a9b8c7d",
            "8f7d6a5b4c3d2e1f0a9b8c7d",
        ),
        (
            "aws configure set aws_secret_access_key uNnJwctGTROxs7qQK7Zym5sEWU4WhOkvpsGl+g3W",
            "uNnJwctGTROxs7qQK7Zym5sEWU4WhOkvpsGl+g3W",
        ),
        ("password = \"Wombat7Sun\"  # prod", "Wombat7Sun"),
        (
            "secret_key_base: 8f7d6a5b4c3d2e1f0a9b8c7d8f7d6a5b4c3d2e1f0a9b8c7d",
            "8f7d6a5b4c3d2e1f0a9b8c7d8f7d6a5b4c3d2e1f0a9b8c7d",
        ),
        ("define('DB_PASSWORD', 'Wombat7Sun');", "Wombat7Sun"),
        ("$password = \"Wombat7Sun\";", "Wombat7Sun"),
        (
            "os.environ[\"API_TOKEN\"] = \"8f7d6a5b4c3d2e1f0a9b8c7d\"",
            "8f7d6a5b4c3d2e1f0a9b8c7d",
        ),
        ("System.setProperty(\"password\", \"Wombat7Sun\");", "Wombat7Sun"),
        (
            "new Client({ apiKey: \"8f7d6a5b4c3d2e1f0a9b8c7d\" })",
            "8f7d6a5b4c3d2e1f0a9b8c7d",
        ),
        (
            "Client(api_key=\"8f7d6a5b4c3d2e1f0a9b8c7d\", region=\"eu\")",
            "8f7d6a5b4c3d2e1f0a9b8c7d",
        ),
        ("IDENTIFIED BY 'Wombat7Sun'", "Wombat7Sun"),
        ("ALTER USER bob WITH PASSWORD 'Wombat7Sun';", "Wombat7Sun"),
        (
            "<input type=\"password\" name=\"pw\" value=\"Wombat7Sun\">",
            "Wombat7Sun",
        ),
        (
            "<SecretAccessKey>uNnJwctGTROxs7qQK7Zym5sEWU4WhOkvpsGl+g3W</SecretAccessKey>",
            "uNnJwctGTROxs7qQK7Zym5sEWU4WhOkvpsGl+g3W",
        ),
        (
            "name=\"csrf_token\" value=\"8f7d6a5b4c3d2e1f0a9b8c7d\"",
            "8f7d6a5b4c3d2e1f0a9b8c7d",
        ),
        ("wifi: SSID=Home PSK=Wombat7Sun", "Wombat7Sun"),
    ] {
        let found = scan(text, Surface::Content, None, &[]);
        let start = text.rfind(value).unwrap();
        let is_covered =
            (start..start + value.len()).all(|at| found.iter().any(|found| found.range().contains(&at)));
        assert!(is_covered, "{text}: {found:?}");
    }
}
