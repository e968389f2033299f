#include "harness.h"
#include <QApplication>
#include <QElapsedTimer>
#include <QDir>
#include <cstdio>
using namespace hipcuff; using namespace hipcuff::viewer;
int main(int argc,char**argv){ QApplication app(argc,argv); Harness h; QStringList p; for(int i=1;i<argc;i++) p<<argv[i];
 QElapsedTimer t; t.start(); h.open(p); printf("open %lld ms\n",(long long)t.elapsed()); h.shot().save("/tmp/vw/1.png");
 auto& r=h.result(); auto& st=r.anatomy.tendon.stations; printf("stations %zu grade %s\n",st.size(),toString(r.grade.grade));
 if(st.size()>20){ auto m=r.toFullPixels(st[st.size()/2].superficialMm); auto c=r.toFullPixels(st[st.size()/2].cortexMm); h.hover((m+c)*0.5); h.shot().save("/tmp/vw/2.png");
 h.trigger("tool.pull"); h.hover(m); Point up=m+(m-c)*0.3; t.restart(); h.drag(m,up); printf("drag %lld ms\n",(long long)t.elapsed()); h.shot().save("/tmp/vw/3.png"); }
 h.trigger("compare.sides"); h.shot().save("/tmp/vw/4.png"); h.trigger("keys"); h.trigger("panes.4"); h.shot().save("/tmp/vw/5.png");
 return 0; }
