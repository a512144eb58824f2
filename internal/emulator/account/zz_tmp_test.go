package account
import ("testing";"os";"context";"time";"strings";"regexp")
func TestZZ(t *testing.T){
 b,err:=os.ReadFile("/work/main/hack/demo/production.sql"); if err!=nil {t.Skip()}
 s:=string(b)
 for range 20 {
 a:=New(Options{Name:"X",Now:time.Now})
 err=a.Load(context.Background(),"production.sql",s)
 if err==nil {t.Log("ok");break}
 t.Log(err)
 m:=regexp.MustCompile(`production.sql:(\d+):`).FindStringSubmatch(err.Error())
 n:=0; for _,c:=range m[1] {n=n*10+int(c-'0')}
 lines:=strings.Split(s,"\n")
 for i:=n-1;i<len(lines);i++ { end:=strings.HasSuffix(strings.TrimSpace(lines[i]),";"); lines[i]=""; if end {break} }
 s=strings.Join(lines,"\n")
 }
}
