import { chromium } from '@playwright/test';
import { createServer } from 'node:http';
import { launchWith } from '#tests/e2e/browser.ts';
const worker = `
const med=(v)=>{v=v.slice(10).sort((a,b)=>a-b);return +v[v.length>>1].toFixed(3)};
const rec={};
const put=(k,t)=>{(rec[k]??=[]).push(t)};
const mk=(q,wr=true)=>{const c=new OffscreenCanvas(160,160).getContext('2d',{willReadFrequently:wr,...(q==='opaque'?{alpha:false}:{})});c.imageSmoothingQuality=q==='opaque'?'high':q;return c};
const ctx={high:mk('high'),medium:mk('medium'),low:mk('low'),opaque:mk('opaque')};
const buf=new Uint8Array(640*480*4);
onmessage=async ({data})=>{
  if(data==='done'){postMessage(Object.fromEntries(Object.entries(rec).map(([k,v])=>[k,med(v)])));return}
  const f=data;let t;
  self.fmt=f.format+' '+f.codedWidth+'x'+f.codedHeight+' '+JSON.stringify(f.colorSpace);
  for(const q of Object.keys(ctx)){const c=ctx[q];
    t=performance.now();c.fillStyle='white';c.fillRect(0,0,160,160);put(q+' fill',performance.now()-t);
    t=performance.now();c.drawImage(f,80,0,480,480,0,0,160,160);put(q+' draw',performance.now()-t);
    t=performance.now();const d=c.getImageData(0,0,160,160).data;put(q+' get',performance.now()-t);
  }
  t=performance.now();await f.copyTo(buf);put('copyTo',performance.now()-t);
  t=performance.now();await f.copyTo(buf,{rect:{x:80,y:0,width:480,height:480}});put('copyTo crop',performance.now()-t);
  try{t=performance.now();await f.copyTo(buf,{format:'RGBX'});put('copyTo RGBX',performance.now()-t);}catch(e){self.err=String(e)}
  t=performance.now();const b=await createImageBitmap(f,80,0,480,480,{resizeWidth:160,resizeHeight:160,resizeQuality:'medium'});put('cib',performance.now()-t);b.close();
  f.close();
  postMessage({next:true,fmt:self.fmt,err:self.err});
};`;
const html = `<body><script>
window.go=async()=>{
 const v=document.createElement('video');v.muted=true;document.body.append(v);
 v.srcObject=await navigator.mediaDevices.getUserMedia({video:{width:640,height:480}});await v.play();
 const w=new Worker('/w.js');let fmt;
 for(let i=0;i<80;i++){const f=new VideoFrame(v);const p=new Promise(r=>w.onmessage=e=>r(e.data));w.postMessage(f,[f]);fmt=await p;await new Promise(r=>v.requestVideoFrameCallback(r))}
 const p=new Promise(r=>w.onmessage=e=>r(e.data));w.postMessage('done');return {...fmt,...await p};
};</script>`;
const server = createServer((q, r) => { r.setHeader('content-type', q.url === '/w.js' ? 'text/javascript' : 'text/html'); r.end(q.url === '/w.js' ? worker : html); }).listen(4299);
const browser = await chromium.launch(launchWith(null));
const page = await browser.newPage();
page.on('pageerror', (e) => console.error(e.message));
await page.goto('http://localhost:4299/');
console.log(await page.evaluate(() => (window as any).go()));
await browser.close(); server.close();
